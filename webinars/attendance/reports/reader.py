"""From the bytes of a report to the connections it tells of, or the reason why it is refused.

By specification/figures, section 5.
"""

import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from webinars.attendance.reports.connections import UNANSWERED, Answers, Connection, Occasion, ReadReport
from webinars.attendance.reports.contents import check_is_no_json, check_is_text, check_size
from webinars.attendance.reports.errors import AnotherIsRead, HeaderNotFound, NoRows, WrongKind
from webinars.attendance.reports.moments import Moments, check_dates, check_zone, settle_order
from webinars.attendance.reports.notices import Notice, Notices
from webinars.attendance.reports.stamps import StampReader
from webinars.attendance.reports.tables.cells import is_no, is_yes
from webinars.attendance.reports.tables.columns import ATTENDANCE, IDENTITY, REGISTRATION, Column
from webinars.attendance.reports.tables.rows import ReportRow, read_rows, separate
from webinars.attendance.reports.tables.table import Section, Table, find_sections, lists_registrations
from webinars.attendance.reports.tables.text import Decoded, decode
from webinars.attendance.reports.tool import PeopleTable, Tool, name_in
from webinars.attendance.reports.tools import TOOLS
from webinars.words.folding import fold
from webinars.words.text import has_long_run

_TOTALS = frozenset(
    map(fold, ("Total", "Totals", "Totaux", "Total général", "Grand total", "Summe", "Gesamt"))
)
_NOBODY = frozenset(map(fold, ("Anonymous", "Anonyme", "Anonym", "")))
LARGE = 1024 * 1024  # bytes: a report takes up to some 25 times its size while it is read
PATIENCE = 10.0  # seconds
_large_lock = threading.Lock()
_ABOVE = 50  # rows above the first table in which a date may settle the order


def read_report(
    content: bytes, occasion: Occasion, *, answers: Answers = UNANSWERED, tools: Sequence[Tool] = TOOLS
) -> ReadReport:
    """What the report says; raises a ReportRefused when it cannot be recorded, and then nothing is to be kept.

    Large reports are read one at a time in a process: raises AnotherIsRead when the lock is not free soon.
    """
    if len(content) < LARGE:
        return _read(content, occasion, answers, tools)
    if not _large_lock.acquire(timeout=PATIENCE):
        raise AnotherIsRead
    try:
        return _read(content, occasion, answers, tools)
    finally:
        _large_lock.release()


def _read(content: bytes, occasion: Occasion, answers: Answers, tools: Sequence[Tool]) -> ReadReport:
    decoded = _text(content)
    known = IDENTITY | REGISTRATION | ATTENDANCE | {words for tool in tools for words in tool.columns}
    separation = separate(decoded.text, known)
    rows = list(read_rows(separation))
    above, sections = find_sections(rows, known)
    tool, tables = _recognise(sections, tools)

    notices = Notices()
    if decoded.is_guessed:
        notices.add(Notice.ENCODING_GUESSED)
    people = _people(tables, sections[-1], notices)
    moments = _settle(people, above, occasion, answers, notices)
    connections = _with_hosts(tool.read(people, moments, notices), _hosts(sections, tool))
    _check(connections, occasion, answers)
    return ReadReport(tool.code, decoded.encoding, separation.name, connections, notices.lines())


def _text(content: bytes) -> Decoded:
    check_size(content)
    check_is_text(content)
    decoded = decode(content)
    check_is_no_json(decoded.text)
    return decoded


def _recognise(sections: Sequence[Section], tools: Sequence[Tool]) -> tuple[Tool, list[Table]]:
    """The tool that knows most columns of the file, with its tables."""
    found = [(tool, _tables(sections, tool)) for tool in tools]
    tool, tables = max(found, key=lambda one: sum(len(table.columns) for table in one[1]))
    if tables:
        return tool, tables
    if lists_registrations(sections):
        raise WrongKind
    raise HeaderNotFound(tools=", ".join(sorted({one.name for one in tools})))


def _tables(sections: Iterable[Section], tool: Tool) -> list[Table]:
    return [table for section in sections if (table := tool.recognise(section))]


def _hosts(sections: Sequence[Section], tool: Tool) -> set[str]:
    """Whom the summaries above the first table say the meeting is of."""
    above = takewhile(lambda section: tool.recognise(section) is None, sections)
    return {host for section in above for host in tool.hosts(section)}


def _with_hosts(connections: Iterable[Connection], hosts: Container[str]) -> list[Connection]:
    return [replace(one, is_staff=True) if (one.email or one.name) in hosts else one for one in connections]


def _people(tables: Sequence[Table], last: Section, notices: Notices) -> list[PeopleTable]:
    return [
        PeopleTable(table, list(_rows_that_count(table, notices, is_last=table.section is last)))
        for table in tables
    ]


def _rows_that_count(table: Table, notices: Notices, *, is_last: bool) -> Iterator[ReportRow]:
    """The rows of people who came, each once."""
    rows, seen = table.rows(), set[tuple[str, ...]]()
    if is_last and table.section.rows and table.is_cut(table.section.rows[-1]):
        notices.add(Notice.LAST_ROW_SHORT, table.section.rows[-1].line)
        rows = [row for row in rows if row is not table.section.rows[-1]]
    for row in rows:
        cells = tuple(row.cells)
        if is_no(table.cell(row, Column.ATTENDED)) or _says_nothing(table, row):
            continue
        if is_yes(table.cell(row, Column.WAITING_ROOM)):
            notices.add(Notice.WAITING_ROOM_IGNORED, row.line)
        elif cells in seen:
            notices.add(Notice.DUPLICATE_ROWS_IGNORED, row.line)
        else:
            seen.add(cells)
            if any(map(has_long_run, cells)):
                notices.add(Notice.ACCENTS_CUT, row.line)
            yield row


def _says_nothing(table: Table, row: ReportRow) -> bool:
    """Whether the row is a total, or nobody without an address, a time or a duration."""
    if table.cell(row, Column.EMAIL) or table.cell(row, Column.JOIN):
        return False
    name = fold(name_in(table, row))
    return name in _TOTALS or (name in _NOBODY and not table.cell(row, Column.DURATION))


def _settle(
    people: Sequence[PeopleTable],
    above: Sequence[ReportRow],
    occasion: Occasion,
    answers: Answers,
    notices: Notices,
) -> Moments:
    unsettled = Moments(StampReader(), occasion.zone, occasion.starts_at, answers.shift)
    moments, is_by_event = settle_order(_times(people, above), unsettled)
    if is_by_event:
        notices.add(Notice.DATE_ORDER_BY_EVENT)
    return moments


def _times(people: Sequence[PeopleTable], above: Sequence[ReportRow]) -> Iterator[str]:
    for row in above[:_ABOVE]:
        yield from row.cells
    for one in people:
        for row in one.rows:
            yield one.table.cell(row, Column.JOIN)
            yield one.table.cell(row, Column.LEAVE)


def _check(connections: Sequence[Connection], occasion: Occasion, answers: Answers) -> None:
    if not connections and not answers.nobody_came:
        raise NoRows
    check_dates(connections, occasion)
    if answers.shift_hours is None:
        check_zone(connections, occasion)
