"""The tables of a report: a row of headings, the rows under it, the title above it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timezone
from functools import lru_cache, partial
from itertools import islice

from webinars.attendance.reports.errors import FileTooLarge
from webinars.attendance.reports.stamps import read_zone
from webinars.attendance.reports.tables.cells import cell_text
from webinars.attendance.reports.tables.columns import ATTENDANCE, IDENTITY, REGISTRATION, Column
from webinars.attendance.reports.tables.rows import ReportRow
from webinars.words.folding import fold

_LONGEST_HEADING = 100
MOST_SECTIONS = 200  # tools write a handful


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A folded heading, and the zone it states for its column, as in `Join Time (GMT)`."""

    words: str
    zone: timezone | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A row of known headings with what follows it, before anybody knows which tool wrote it."""

    title: str
    headings: tuple[ColumnHeading, ...]
    rows: tuple[ReportRow, ...]

    def holds(self, words: Collection[str]) -> bool:
        """Whether one of these headings is there."""
        return any(heading.words in words for heading in self.headings)


@dataclass(frozen=True, slots=True)
class Table:
    """A section of which one tool knows the columns."""

    section: Section
    columns: Mapping[Column, int]

    @property
    def title(self) -> str:
        """What stands above the table, such as “Panelist Details”."""
        return self.section.title

    def cell(self, row: ReportRow, column: Column) -> str:
        """What the row says under that column; nothing when it is too short or has no such column."""
        index = self.columns.get(column)
        return "" if index is None or index >= len(row.cells) else cell_text(row.cells[index])

    def zone(self, column: Column) -> timezone | None:
        """The zone that the column's heading states."""
        index = self.columns.get(column)
        return None if index is None else self.section.headings[index].zone

    def rows(self) -> list[ReportRow]:
        """The rows of people: up to a lone first cell that titles something else."""
        rows = self.section.rows
        end, goes_on = len(rows), False
        for index in reversed(range(len(rows))):
            if rows[index].is_lone:
                end = end if goes_on else index
            elif index and rows[index - 1].is_lone:
                goes_on = self._tells_of_somebody(rows[index])
        return list(rows[:end])

    def is_cut(self, row: ReportRow) -> bool:
        """Whether the row ends before the columns without which it says nothing certain."""
        needed = [self.columns[column] for column in _NEEDED if column in self.columns]
        return len(row.cells) <= max(needed, default=0)

    def _tells_of_somebody(self, row: ReportRow) -> bool:
        """Whether times or durations still stand under their headings in the first row after lone cells."""
        return any(
            any(map(str.isdigit, self.cell(row, column)))
            for column in (Column.JOIN, Column.LEAVE, Column.DURATION)
        )


_NEEDED = (Column.NAME, Column.LAST_NAME, Column.JOIN, Column.LEAVE)


def find_sections(rows: Sequence[ReportRow], known: Collection[str]) -> tuple[list[ReportRow], list[Section]]:
    """The rows above the first known headings, then each section with its rows; blank rows are gone.

    Raises FileTooLarge when there are too many of them.
    """
    heading = lru_cache(20_000)(partial(_heading, known=known))  # most cells occur again and again
    indexes = (index for index, row in enumerate(rows) if _is_header(row, known, heading))
    starts = list(islice(indexes, MOST_SECTIONS + 1))
    if len(starts) > MOST_SECTIONS:
        raise FileTooLarge(limit="tables", line=rows[starts[-1]].line)
    ends = [*starts[1:], len(rows)]
    sections = [
        Section(
            title=_title_above(rows, start),
            headings=tuple(heading(cell) for cell in rows[start].cells),
            rows=tuple(row for row in rows[start + 1 : end] if not row.is_blank),
        )
        for start, end in zip(starts, ends, strict=False)
    ]
    return [row for row in rows[: starts[0]] if not row.is_blank] if starts else [], sections


def lists_registrations(sections: Sequence[Section]) -> bool:
    """Whether the file is about who signed up: people, marks of a registration, nothing about attendance."""
    return any(
        section.holds(IDENTITY) and section.holds(REGISTRATION) and not section.holds(ATTENDANCE)
        for section in sections
    )


def _is_header(row: ReportRow, known: Collection[str], heading: Callable[[str], ColumnHeading]) -> bool:
    cells = (
        cell
        for cell in row.cells
        if 1 < len(cell) < _LONGEST_HEADING and not cell[0].isdigit() and "@" not in cell
    )
    return sum(heading(cell).words in known for cell in cells) >= 2


def _heading(cell: str, known: Collection[str]) -> ColumnHeading:
    words = fold(cell[:_LONGEST_HEADING])
    before, bracket, inside = cell.rstrip(" )").rpartition("(")
    if words in known or not bracket or (zone := read_zone(inside)) is None:
        return ColumnHeading(words)
    return ColumnHeading(fold(before), zone)


def _title_above(rows: Sequence[ReportRow], start: int) -> str:
    before = map(rows.__getitem__, reversed(range(start)))
    above = next((row for row in before if not row.is_blank), None)
    return cell_text(above.cells[0]) if above and above.is_lone else ""
