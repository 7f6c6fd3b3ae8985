"""From what is typed to what a clock shows, and to the moment it is: hours that do not exist, hours that come twice."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

YEARS = range(2000, 2100)
_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_LOCAL_DAY = re.compile(r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{4})")
_HOUR = re.compile(r"([0-9]{1,2})(?:\s?[:h.]\s?([0-9]{2})?(?::00)?)?", re.IGNORECASE)
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


def read_day(typed: str) -> date:
    """2026-03-31 or 31/03/2026; raises ValueError."""
    found = _DAY.fullmatch(typed) or _LOCAL_DAY.fullmatch(typed)
    day = date(**{name: int(digits) for name, digits in found.groupdict().items()}) if found else None
    if day is None or day.year not in YEARS:
        raise ValueError(typed)
    return day


def read_hour(typed: str) -> time:
    """10:30, 10h30, 10 h 30, 10h, 10; raises ValueError."""
    found = _HOUR.fullmatch(typed)
    if not found:
        raise ValueError(typed)
    return time(int(found[1]), int(found[2] or 0))


def read_moment(typed: str) -> datetime:
    """A day, then an hour; raises ValueError."""
    day, _sign, hour = typed.replace("T", " ").partition(" ")
    return datetime.combine(read_day(day), read_hour(hour))
