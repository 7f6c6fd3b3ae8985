"""When the times of one report were, once its order of day and month is settled, and whether the session can be theirs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from webinars.attendance.reports.connections import Connection, Occasion
from webinars.attendance.reports.errors import DateMismatch, TimezoneSuspect
from webinars.attendance.reports.presence import Interval, clip, interval_of
from webinars.attendance.reports.stamps import Stamp, StampReader, WrittenDate

NEAR = timedelta(hours=14)  # further from the session's start, a time is of another day
_HALF_A_DAY = timedelta(hours=12)
_YEARS = range(1990, 2101)
_SHIFTS = sorted((hours for hours in range(-14, 15) if hours), key=abs)


@dataclass(frozen=True, slots=True)
class Moments:
    """Turns what is written into instants, in one order for the whole file."""

    stamps: StampReader
    zone: tzinfo  # of times that state none
    starts_at: datetime
    shift: timedelta = timedelta()
    is_day_first: bool = True

    def instant(
        self, cell: str, *, zone: timezone | None = None, after: datetime | None = None
    ) -> datetime | None:
        """The instant in UTC; `zone` is the heading's, `after` what a time without date must follow."""
        stamp = self.stamps[cell]
        return None if stamp is None else self.instant_of(stamp, zone=zone, after=after)

    def instant_of(
        self, stamp: Stamp, *, zone: timezone | None = None, after: datetime | None = None
    ) -> datetime | None:
        """The same for what has been read already."""
        own = stamp.zone or zone or self.zone
        if stamp.date is None:
            return self._around_the_start(stamp, own, after)
        day = stamp.date.as_date(is_day_first=self.is_day_first)
        if day is None or day.year not in _YEARS:
            return None
        return datetime.combine(day, stamp.time, own).astimezone(UTC) + self.shift

    def _around_the_start(self, stamp: Stamp, own: tzinfo, after: datetime | None) -> datetime:
        """The session's day, or the next or last one when the session goes over midnight."""
        day = self.starts_at.astimezone(own).date()
        moment = datetime.combine(day, stamp.time, own).astimezone(UTC) + self.shift
        if moment < (after or self.starts_at - _HALF_A_DAY):
            return moment + timedelta(days=1)
        return moment - timedelta(days=1) if not after and moment > self.starts_at + _HALF_A_DAY else moment


def settle_order(cells: Iterable[str], moments: Moments) -> tuple[Moments, bool]:
    """How the dates of this file are read, and whether only the session's date could tell."""
    written = [stamp for cell in cells if (stamp := moments.stamps[cell])]
    by_date = {stamp.date: stamp for stamp in written if stamp.date and not stamp.date.is_ordered}
    day_first, month_first = moments, replace(moments, is_day_first=False)
    if (order := _decided_by_value([date for date in by_date if date])) is not None:
        return (day_first if order else month_first), False
    by_month = _near(by_date.values(), month_first) > _near(by_date.values(), day_first)
    return (month_first if by_month else day_first), True


def _decided_by_value(dates: Collection[WrittenDate]) -> bool | None:
    """Whether the day is first, when a number above 12 says so or when it makes no difference."""
    has_day_first = any(date.first > 12 for date in dates)
    has_month_first = any(date.second > 12 for date in dates)
    if has_day_first != has_month_first:
        return has_day_first
    return True if all(date.first == date.second for date in dates) else None


def _near(stamps: Iterable[Stamp], moments: Moments) -> int:
    instants = (moments.instant_of(stamp) for stamp in stamps)
    return sum(1 for instant in instants if instant and abs(instant - moments.starts_at) <= NEAR)


def check_dates(connections: Sequence[Connection], occasion: Occasion) -> None:
    """Refuses times of another day: no join within 14 hours of the start."""
    joins = [one.joined_at for one in connections if one.joined_at]
    if not joins:
        return
    nearest = min(joins, key=lambda joined_at: abs(joined_at - occasion.starts_at))
    if abs(nearest - occasion.starts_at) > NEAR:
        raise DateMismatch(joined_on=nearest.astimezone(occasion.zone).date())


def check_zone(connections: Sequence[Connection], occasion: Occasion) -> None:
    """Refuses times that fit the window only after a shift of whole hours."""
    timed = [
        interval
        for one in connections
        if (one.left_at or one.seconds is not None) and (interval := interval_of(one, occasion.ends_at))
    ]
    whole = sum((end - start for start, end in timed), timedelta())
    if not whole or _inside(timed, occasion, 0) * 2 >= whole:
        return
    best = max(_SHIFTS, key=lambda hours: _inside(timed, occasion, hours))
    if _inside(timed, occasion, best) * 5 >= whole * 4:
        raise TimezoneSuspect(shift=best)


def _inside(timed: Sequence[Interval], occasion: Occasion, hours: int) -> timedelta:
    shift = timedelta(hours=hours)
    parts = (clip((start + shift, end + shift), occasion) for start, end in timed)
    return sum((end - start for start, end in parts), timedelta())
