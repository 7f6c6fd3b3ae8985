"""What is known of one video tool's report: its headings, and what its rows mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from webinars.attendance.reports.connections import Connection
from webinars.attendance.reports.moments import Moments
from webinars.attendance.reports.notices import Notice, Notices
from webinars.attendance.reports.tables.cells import read_duration
from webinars.attendance.reports.tables.columns import Column
from webinars.attendance.reports.tables.rows import ReportRow
from webinars.attendance.reports.tables.table import Section, Table
from webinars.words.folding import fold


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """A table of a tool with those of its rows that are about somebody who came."""

    table: Table
    rows: Sequence[ReportRow]


Reader = Callable[[Sequence[PeopleTable], Moments, Notices], Iterator[Connection]]


def read_plain(tables: Sequence[PeopleTable], moments: Moments, notices: Notices) -> Iterator[Connection]:
    """One connection a row, as most tools write it."""
    for people in tables:
        for row in people.rows:
            yield read_connection(people.table, row, moments, notices)


@dataclass(frozen=True)
class Tool:
    """A kind of report: a table of it has one column of each set in `needs`."""

    code: str
    name: str
    headings: Mapping[Column, tuple[str, ...]]
    needs: tuple[frozenset[Column], ...]
    read: Reader = read_plain
    columns: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        folded = {fold(words): column for column, all_words in self.headings.items() for words in all_words}
        object.__setattr__(self, "columns", folded)

    def recognise(self, section: Section) -> Table | None:
        """The section as a table of this tool, if it is one."""
        indexes = self._indexes(section)
        return Table(section, indexes) if all(indexes.keys() & need for need in self.needs) else None

    def hosts(self, section: Section) -> set[str]:
        """Whom a summary, a section of one row, says the meeting is of: the address in lower case, or the name."""
        summary = Table(section, self._indexes(section))
        cells = {summary.cell(row, one) for row in section.rows for one in (Column.HOST, Column.EMAIL)}
        words = [
            word.strip("()<>").lower() for cell in cells for word in cell.split()
        ]  # “Ada (ada@example.org)”
        addresses = {word for word in words if "@" in word}
        return (addresses or cells - {""}) if len(section.rows) == 1 else set()

    def _indexes(self, section: Section) -> dict[Column, int]:
        indexes: dict[Column, int] = {}
        for index, heading in enumerate(section.headings):
            if heading.words in self.columns:
                indexes.setdefault(self.columns[heading.words], index)
        return indexes


def read_connection(table: Table, row: ReportRow, moments: Moments, notices: Notices) -> Connection:
    """What one row says; times and durations that cannot be read are not known."""
    joined, left, duration = (
        table.cell(row, column) for column in (Column.JOIN, Column.LEAVE, Column.DURATION)
    )
    joined_at = moments.instant(joined, zone=table.zone(Column.JOIN)) if joined else None
    left_at = moments.instant(left, zone=table.zone(Column.LEAVE), after=joined_at) if left else None
    seconds = read_duration(duration)
    if (joined and not joined_at) or (left and not left_at) or (duration and seconds is None):
        notices.add(Notice.VALUE_UNREADABLE, row.line)
    if joined_at and left_at and left_at < joined_at:
        left_at = None
    if joined_at and left_at is None:
        notices.add(Notice.MISSING_LEAVE, row.line)
    email = table.cell(row, Column.EMAIL).lower()
    return Connection(row.line, name_in(table, row), email, joined_at, left_at, seconds)


def name_in(table: Table, row: ReportRow) -> str:
    """The name shown in the room, else first and last name."""
    if shown := table.cell(row, Column.NAME):
        return shown
    return f"{table.cell(row, Column.FIRST_NAME)} {table.cell(row, Column.LAST_NAME)}".strip()
