"""From what a clock shows to the moment it is: hours that do not exist, hours that come twice."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


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
