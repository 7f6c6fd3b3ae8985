"""Small cells: nobody is recognised by a figure that is public (specification/figures, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from webinars.words.typology import GROUPED

SMALLEST = 5  # k; a setting from 3 to 11


@dataclass(frozen=True)
class Cell:
    """One line of a breakdown."""

    code: str
    people: int
    is_group: bool = False


@dataclass(frozen=True)
class Breakdown:
    """What of a breakdown may be shown, and which categories are inside the group."""

    cells: tuple[Cell, ...]
    grouped: tuple[str, ...] = ()
    is_withheld: bool = False  # fewer than k people in all

    @property
    def total(self) -> int:
        """The base of the shares."""
        return sum(cell.people for cell in self.cells)


def for_the_team(counts: Mapping[str, int]) -> Breakdown:
    """Every category with somebody in it, largest first."""
    return Breakdown(tuple(Cell(code, people) for code, people in _largest_first(counts)))


def to_publish(counts: Mapping[str, int], *, smallest: int = SMALLEST) -> Breakdown:
    """Categories under `smallest` people joined in one line; nothing at all under `smallest` people in all.

    While the group itself is too small it takes the smallest category that remains (ties: code order).
    """
    entries = _largest_first(counts)
    if sum(people for _code, people in entries) < smallest:
        return Breakdown((), is_withheld=bool(entries))
    group = [entry for entry in entries if entry[1] < smallest]
    shown = [entry for entry in entries if entry[1] >= smallest]
    while group and shown and sum(people for _code, people in group) < smallest:
        taken = min(shown, key=lambda entry: (entry[1], entry[0]))
        shown.remove(taken)
        group.append(taken)
    cells = [Cell(code, people) for code, people in shown]
    if group:
        cells.append(Cell(GROUPED, sum(people for _code, people in group), is_group=True))
    return Breakdown(tuple(cells), tuple(code for code, _people in group))


def _largest_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = {code: index for index, code in enumerate(counts)}
    return sorted(((c, n) for c, n in counts.items() if n), key=lambda entry: (-entry[1], order[entry[0]]))
