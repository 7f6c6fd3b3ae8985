"""Whether the times of a report can be those of the session it is imported for."""

from collections.abc import Sequence
from datetime import timedelta

from webinars.attendance.reports.connections import Connection, Occasion
from webinars.attendance.reports.errors import DateMismatch, TimezoneSuspect
from webinars.attendance.reports.moments import NEAR
from webinars.attendance.reports.presence import Interval, clip, interval_of

_SHIFTS = sorted((hours for hours in range(-14, 15) if hours), key=abs)


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
