"""Reports written for tests, as Zoom would write them, for the session of 12 March 2024, 10:00 to 11:30 in Paris."""

import csv
import io
from collections.abc import Iterable, Sequence

from tests.attendance import demo
from webinars.attendance.imports.preview import Preview, preview
from webinars.attendance.matching.roster import KnownPerson, Roster
from webinars.attendance.reports.connections import UNANSWERED, Answers, ReadReport
from webinars.attendance.reports.errors import ReportRefused
from webinars.attendance.reports.reader import read_report

MORNING = demo.occasion("demo-1")
HEADINGS = (
    "Name (Original Name)",
    "User Email",
    "Join Time",
    "Leave Time",
    "Duration (Minutes)",
    "In Waiting Room",
)


def row(
    name: str,
    email: str = "",
    *,
    join: str = "2024-03-12 10:00:00",
    leave: str = "2024-03-12 11:00:00",
    duration: str = "60",
    waiting: str = "No",
) -> tuple[str, ...]:
    """A row of a Zoom report; an hour's stay unless said otherwise."""
    return name, email, join, leave, duration, waiting


def table(rows: Iterable[Sequence[str]], *, headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> str:
    """The text of a table with its headings."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([headings, *rows])
    return file.getvalue()


def read(text: str | bytes, *, answers: Answers = UNANSWERED) -> ReadReport:
    """What the report says of the morning's session."""
    return read_report(text.encode() if isinstance(text, str) else text, MORNING, answers=answers)


def refusal(text: str | bytes) -> dict[str, int | str]:
    """Why the report is refused, as a program is told."""
    try:
        read(text)
    except ReportRefused as refused:
        return refused.as_json()
    raise AssertionError("the report was read")


def names(text: str | bytes) -> list[str]:
    """Whom the report names, in its order."""
    return [one.name for one in read(text).connections]


def previewed(text: str, *people: KnownPerson, roster: Roster | None = None) -> Preview:
    """The report matched with the people."""
    return preview(read(text), MORNING, roster or Roster(people))
