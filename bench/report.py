"""The table to read, and the file to keep."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.figures import Cost, Figure

FOLDER = Path(__file__).parent / "results"
HEADINGS = ("", "product", "bare", "ratio", "pairs from–to", "goal", "reached")


@dataclass(frozen=True, slots=True)
class Result:
    """All that one run has measured."""

    at: datetime
    database: str
    is_quick: bool
    figures: Sequence[Figure]
    notes: dict[str, float]
    costs: Sequence[Cost] = ()

    def facts(self) -> dict[str, Any]:
        """The run as it is kept."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "database": self.database,
            "quick": self.is_quick,
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "figures": [figure.facts() for figure in self.figures],
            "costs": [cost.facts() for cost in self.costs],
            "notes": self.notes,
        }


def table(figures: Sequence[Figure], costs: Sequence[Cost] = ()) -> str:
    """The figures under their headings, in columns."""
    rows = [HEADINGS, *(_row(figure) for figure in figures), *(_cost_row(cost) for cost in costs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = []
    for row in rows:
        name, *cells = (
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([name, *cells]).rstrip())
    return "\n".join(lines)


def told(result: Result) -> str:
    """The whole run as it is printed."""
    head = (
        f"{result.database}, Python {platform.python_version()}, {os.cpu_count()} cores, {result.at:%d %B %Y}"
    )
    notes = "\n".join(f"{name}: {value:.2f}" for name, value in result.notes.items())
    return f"{head}\n\n{table(result.figures, result.costs)}\n\n{notes}"


def kept(result: Result, folder: Path = FOLDER) -> Path:
    """The file the run is kept in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.at:%Y%m%d-%H%M%S}-{result.database}{'-quick' if result.is_quick else ''}.json"
    path.write_text(json.dumps(result.facts(), ensure_ascii=False, indent=1) + "\n")
    return path


def _row(figure: Figure) -> tuple[str, ...]:
    low, high = figure.spread
    return (
        f"{figure.name}, {figure.unit}",
        _number(figure.ours),
        _number(figure.bare),
        f"{figure.ratio:.2f}",
        f"{low:.2f}–{high:.2f}",
        str(figure.goal or "–"),
        {True: "yes", False: "no", None: "–"}[figure.is_reached],
    )


def _cost_row(cost: Cost) -> tuple[str, ...]:
    goal, reached = f"≤ {cost.most:g} {cost.unit}", "yes" if cost.is_reached else "no"
    return f"{cost.name}, {cost.unit}", _number(cost.value), "–", "–", "–", goal, reached


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
