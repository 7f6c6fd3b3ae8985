"""When the times of one report were, once its order of day and month is settled."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from webinars.attendance.stamps import Stamp

NEAR = timedelta(hours=14)  # further from the session's start, a time is of another day
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class Moments:
    """Turns what is written into instants, in one order for the whole file."""

    is_day_first: bool
    zone: tzinfo
    starts_at: datetime
    shift: timedelta = timedelta()

    def instant(
        self, stamp: Stamp, *, zone: timezone | None = None, after: datetime | None = None
    ) -> datetime | None:
        """The instant in UTC; `zone` is the heading's, `after` what a time without date must follow."""
        if stamp.date is None:
            return self._on_the_day(stamp, zone, after)
        day = stamp.date.as_date(is_day_first=self.is_day_first)
        if day is None or day.year not in _YEARS:
            return None
        return self._in_utc(datetime.combine(day, stamp.time), stamp.zone or zone) + self.shift

    def _on_the_day(self, stamp: Stamp, zone: timezone | None, after: datetime | None) -> datetime:
        own = stamp.zone or zone or self.zone
        day = self.starts_at.astimezone(own).date()
        moment = self._in_utc(datetime.combine(day, stamp.time), own) + self.shift
        if moment < self.starts_at - timedelta(hours=12) or (after is not None and moment < after):
            moment += timedelta(days=1)  # a session that goes on after midnight
        return moment

    def _in_utc(self, moment: datetime, zone: tzinfo | None) -> datetime:
        return moment.replace(tzinfo=zone or self.zone).astimezone(UTC)


def settle_order(
    stamps: Iterable[Stamp], *, zone: tzinfo, starts_at: datetime, shift: timedelta
) -> tuple[Moments, bool]:
    """How this file's dates are read, and whether only the session's date could tell."""
    dated = {stamp for stamp in stamps if stamp.date and not stamp.date.is_ordered}
    dates = [stamp.date for stamp in dated if stamp.date]
    day_first = Moments(is_day_first=True, zone=zone, starts_at=starts_at, shift=shift)
    month_first = Moments(is_day_first=False, zone=zone, starts_at=starts_at, shift=shift)
    has_day_first = any(written.first > 12 for written in dates)
    has_month_first = any(written.second > 12 for written in dates)
    if has_day_first != has_month_first:
        return (day_first if has_day_first else month_first), False
    if all(written.first == written.second for written in dates):
        return day_first, False
    by_month = _near(dated, month_first) > _near(dated, day_first)
    return (month_first if by_month else day_first), True


def _near(stamps: Iterable[Stamp], moments: Moments) -> int:
    instants = (moments.instant(stamp) for stamp in stamps)
    return sum(1 for instant in instants if instant and abs(instant - moments.starts_at) <= NEAR)
