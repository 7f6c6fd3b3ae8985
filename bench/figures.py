"""Ratios of what was measured side by side: medians of pairs, and whether a goal is reached."""

from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Pair:
    """The product and the bare form, measured one just after the other."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Ours as a share of the bare one."""
        return self.ours / self.bare


@dataclass(frozen=True, slots=True)
class Goal:
    """The ratio to reach, from above or from below."""

    ratio: float
    at_most: bool = False

    def is_reached(self, ratio: float) -> bool:
        """Whether this ratio is good enough."""
        return ratio <= self.ratio if self.at_most else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.ratio:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    unit: str
    goal: Goal | None = None  # None: told, not judged
    pairs: list[Pair] = field(default_factory=list)

    @property
    def ours(self) -> float:
        """The product's median."""
        return median(pair.ours for pair in self.pairs)

    @property
    def bare(self) -> float:
        """The bare form's median."""
        return median(pair.bare for pair in self.pairs)

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios: what disturbs both at once stays out of it."""
        return median(pair.ratio for pair in self.pairs)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a pair."""
        ratios = [pair.ratio for pair in self.pairs]
        return min(ratios), max(ratios)

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        return None if self.goal is None else self.goal.is_reached(self.ratio)

    def facts(self) -> dict[str, Any]:
        """The line as it is kept."""
        return {
            "name": self.name,
            "unit": self.unit,
            "ours": self.ours,
            "bare": self.bare,
            "ratio": self.ratio,
            "spread": self.spread,
            "goal": str(self.goal) if self.goal else None,
            "reached": self.is_reached,
            "pairs": [[pair.ours, pair.bare] for pair in self.pairs],
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """What something takes by itself, where there is no bare form to hold it against."""

    name: str
    unit: str
    value: float
    most: float

    @property
    def is_reached(self) -> bool:
        """Whether it takes no more than its goal."""
        return self.value <= self.most

    def facts(self) -> dict[str, Any]:
        """The line as it is kept."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": self.value,
            "goal": f"≤ {self.most:g}",
            "reached": self.is_reached,
        }
