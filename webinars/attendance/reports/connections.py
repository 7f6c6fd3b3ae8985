"""What a report says about people being there, whatever tool wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from webinars.attendance.reports.notices import Notice


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
