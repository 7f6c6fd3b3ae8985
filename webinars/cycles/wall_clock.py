"""From what a clock shows to the moment it is: hours that do not exist, hours that come twice."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_NIGHT = timedelta(hours=12)  # a longer one is a slip of the pen: 10:00 to 9:00


def end_day(day: date, start: time, end: time) -> date:
    """The day of the end: the next one where the hours cross midnight, else the same, also where the end comes first."""
    overnight = datetime.combine(day + timedelta(1), end) - datetime.combine(day, start)
    return day + timedelta(1) if overnight <= LONGEST_NIGHT else day


def follows(start: time, end: time) -> bool:
    """Whether the end comes after the start, the same day or past midnight."""
    return end > start or end_day(date.min, start, end) > date.min


def instants(day: date, hour: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments at which a clock of that zone shows this, in their order.

    None when clocks jump over it in spring, two when they go back over it in autumn, else one.
    """
    wall = datetime.combine(day, hour)
    twice = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    real = (moment for moment in twice if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall)
    return tuple(sorted(set(real)))


def instant(moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment a date and hour stand for, the first when there are two; None when there is none."""
    found = instants(moment.date(), moment.time(), zone)
    return found[0] if found else None
