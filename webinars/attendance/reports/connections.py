"""What a report says about people being there, whatever tool wrote it, and how the database keeps that.

What is kept is enough to compute presence again without the file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from webinars.attendance.reports.notices import Notice

KeptConnection = list[Any]


@dataclass(frozen=True, slots=True)
class Connection:
    """One line: somebody came, and maybe when and for how long."""

    line: int
    name: str
    email: str = ""  # in lower case
    joined_at: datetime | None = None
    left_at: datetime | None = None
    seconds: int | None = None  # as the tool states it
    is_staff: bool = False  # the tool says host, panelist or organiser


@dataclass(frozen=True, slots=True)
class Occasion:
    """The session a report is read for: the window that counts, and the zone of times without one."""

    starts_at: datetime
    ends_at: datetime
    zone: tzinfo

    @property
    def seconds(self) -> int:
        """The length of the window."""
        return int((self.ends_at - self.starts_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody has confirmed about a report that was refused without it."""

    shift_hours: int | None = None  # 0: the times are right as they are
    nobody_came: bool = False

    @property
    def shift(self) -> timedelta:
        """By how much the times are moved."""
        return timedelta(hours=self.shift_hours or 0)


UNANSWERED = Answers()


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report that could be read."""

    tool: str
    encoding: str
    delimiter: str
    connections: Sequence[Connection]
    notices: Mapping[Notice, tuple[int, ...]]  # with the lines they are about


def kept(connections: Iterable[Connection]) -> list[KeptConnection]:
    """Each connection as [joined, left, stated seconds]."""
    return [[text_of(one.joined_at), text_of(one.left_at), one.seconds] for one in connections]


def restored(rows: Iterable[KeptConnection]) -> list[Connection]:
    """The connections that were kept, without the names they came with."""
    return [
        Connection(line=0, name="", joined_at=instant(joined), left_at=instant(left), seconds=seconds)
        for joined, left, seconds in rows
    ]


def text_of(at: datetime | None) -> str | None:
    """The instant as it is kept."""
    return None if at is None else at.isoformat()


def instant(text: str | None) -> datetime | None:
    """The instant that was kept."""
    return None if text is None else datetime.fromisoformat(text)
