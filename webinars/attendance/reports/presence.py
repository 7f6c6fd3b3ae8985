"""How long somebody was there, of all their connections, inside the window of the session.

By specification/figures, section 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webinars.attendance.reports.connections import Connection, Occasion

_ROUNDING = timedelta(minutes=1)  # tools that state whole minutes may be this far from the times beside them

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how long on somebody counts as present: a part of the window if given, else minutes."""

    minutes: int = 10
    percent: int | None = None

    def is_reached(self, seconds: int | None, occasion: Occasion) -> bool:
        """Whether that is long enough; somebody listed without any time is present."""
        if seconds is None:
            return True
        if self.percent is not None:
            return seconds * 100 >= self.percent * occasion.seconds
        return seconds >= self.minutes * 60


def seconds_present(connections: Sequence[Connection], occasion: Occasion) -> int | None:
    """The seconds inside the window, two devices counted once; None when the report does not say."""
    timed = [(one, interval) for one in connections if (interval := interval_of(one, occasion.ends_at))]
    bare = [
        one.seconds
        for one in connections
        if one.seconds is not None and not interval_of(one, occasion.ends_at)
    ]
    if not timed and not bare:
        return None
    inside = [(one, clip(interval, occasion)) for one, interval in timed]
    at_most = sum(
        _stated_or_whole(one, whole, part) for (one, whole), (_, part) in zip(timed, inside, strict=True)
    )
    union = sum(_seconds(interval) for interval in merge(part for _, part in inside))
    return min(min(union, at_most) + sum(bare), occasion.seconds)


def whole_minutes(seconds: int | None) -> int | None:
    """The minutes as they are shown, rounded down."""
    return None if seconds is None else seconds // 60


def interval_of(one: Connection, ends_at: datetime) -> Interval | None:
    """From join to leave; a missing leave is join and duration, else the end of the window."""
    stated = None if one.seconds is None else timedelta(seconds=one.seconds)
    joined_at, left_at = one.joined_at, one.left_at
    if joined_at is None and left_at is not None and stated is not None:
        joined_at = left_at - stated
    if joined_at is None:
        return None
    if left_at is None:
        left_at = ends_at if stated is None else joined_at + stated
    return joined_at, max(joined_at, left_at)


def clip(interval: Interval, occasion: Occasion) -> Interval:
    """The part inside the window; empty when there is none."""
    start = max(interval[0], occasion.starts_at)
    return start, max(start, min(interval[1], occasion.ends_at))


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The union: in order, without overlaps, without empty ones."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _stated_or_whole(one: Connection, whole: Interval, part: Interval) -> int:
    """The stated duration when the tool knows of breaks between first join and last leave, else the part."""
    length = whole[1] - whole[0]
    if one.seconds is None or length - timedelta(seconds=one.seconds) < _ROUNDING:
        return _seconds(part)
    return min(one.seconds, _seconds(part))


def _seconds(interval: Interval) -> int:
    return int((interval[1] - interval[0]).total_seconds())
