"""How long before a session a reminder falls due, in minutes and on the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = 60
DAY = 24 * HOUR
USUAL = (7 * DAY, DAY, HOUR)
LONGEST = 90 * DAY

# by how much a day may be longer or shorter than 24 hours, and more
CHANGE_OVER = timedelta(hours=3)


def due_at(starts_at: datetime, zone: ZoneInfo, minutes: int) -> datetime:
    """When the reminder leaves: whole days are counted on the session's own clock, the rest in elapsed time.

    An hour the clock jumps over becomes the one it shows instead; of an hour that comes twice it is the first.
    """
    if minutes % DAY:
        return starts_at.astimezone(UTC) - timedelta(minutes=minutes)
    local = starts_at.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0) - timedelta(minutes=minutes)
    return wall.replace(tzinfo=zone).astimezone(UTC)
