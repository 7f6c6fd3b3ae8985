"""Sessions on other days, at the hours their clocks show now, whatever change of the clock lies between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from webinars.cycles.models import Session
from webinars.cycles.wall_clock import YEARS, instant


@dataclass(frozen=True, slots=True)
class ShiftedSession:
    """A session and when its copy takes place; what is not known of the one is not known of the other."""

    session: Session
    day: date | None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def local_start(self) -> datetime | None:
        """The start of the copy on its own clock."""
        return self.starts_at.astimezone(self.session.zone) if self.starts_at else None

    @property
    def local_end(self) -> datetime | None:
        """The end of the copy on its own clock."""
        return self.ends_at.astimezone(self.session.zone) if self.ends_at else None

    @property
    def is_possible(self) -> bool:
        """Whether clocks show all its hours on these days, the ends after the starts."""
        mine, its = (self.starts_at, self.ends_at), (self.session.starts_at, self.session.ends_at)
        window, former = (self.opens_at, self.closes_at), (self.session.opens_at, self.session.closes_at)
        return (
            (self.day is None or self.day.year in YEARS)
            and _is_like(mine, its)
            and (self.session.day is None or _is_like(window, former))
        )


def _is_like(
    mine: tuple[datetime | None, datetime | None], its: tuple[datetime | None, datetime | None]
) -> bool:
    start, end = mine
    is_known = [at is not None for at in mine] == [at is not None for at in its]
    return is_known and (start is None or end is None or end > start)


def first_day(sessions: Iterable[Session]) -> date | None:
    """The first day of these sessions; None while none is known."""
    return min((session.day for session in sessions if session.day), default=None)


def shifted_all(sessions: Sequence[Session], first: date | None) -> list[ShiftedSession]:
    """The sessions with the first of them on that day, and each of the others as many days later as now."""
    former = first_day(sessions)
    days = first - former if first and former else timedelta(0)
    return [shifted(session, session.day + days if session.day else None) for session in sessions]


def shifted(session: Session, day: date | None) -> ShiftedSession:
    """The session on that day; its registration window as long before it as now."""
    if session.day is None or day is None:
        return ShiftedSession(session, day)
    days, zone = day - session.day, session.zone
    return ShiftedSession(
        session,
        day,
        _later(session.starts_at, days, zone),
        _later(session.ends_at, days, zone),
        _later(session.opens_at, days, zone),
        _later(session.closes_at, days, zone),
    )


def _later(at: datetime | None, days: timedelta, zone: ZoneInfo) -> datetime | None:
    """The moment the same clock shows the same hour so many days later, the first of two; None where it shows none."""
    if at is None:
        return None
    return instant(at.astimezone(zone).replace(tzinfo=None, fold=0) + days, zone)


def fingerprint(sessions: Iterable[ShiftedSession]) -> str:
    """What tells these dates from any others."""
    said = [(one.session.id, str(one.day), str(one.starts_at), str(one.ends_at)) for one in sessions]
    return sha256(repr(said).encode()).hexdigest()[:32]
