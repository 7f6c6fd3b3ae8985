"""Calendars that people subscribe to or download: nobody is invited, nobody is named.

By specification/calendar, section 6.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from icalendar import vDuration, vText

from webinars.invitations.calendar import (
    CalendarEntry,
    CalendarStatus,
    SessionFacts,
    entry_lines,
    opened_calendar,
    session_lines,
    without_end,
)
from webinars.invitations.vtimezone import vtimezone
from webinars.words.text import wire_line

REFRESH = timedelta(hours=1)
_COLOR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
# RFC 7986 takes names of CSS, not figures: a choice that covers the circle
_NAMES = {
    "crimson": (220, 20, 60),
    "firebrick": (178, 34, 34),
    "chocolate": (210, 105, 30),
    "darkgoldenrod": (184, 134, 11),
    "olive": (128, 128, 0),
    "olivedrab": (107, 142, 35),
    "green": (0, 128, 0),
    "seagreen": (46, 139, 87),
    "teal": (0, 128, 128),
    "steelblue": (70, 130, 180),
    "royalblue": (65, 105, 225),
    "navy": (0, 0, 128),
    "darkslateblue": (72, 61, 139),
    "rebeccapurple": (102, 51, 153),
    "purple": (128, 0, 128),
    "mediumvioletred": (199, 21, 133),
    "slategray": (112, 128, 144),
}


def feed_calendar(
    entries: Iterable[tuple[SessionFacts, CalendarEntry]],
    *,
    name: str,
    zone: str,
    color: str,
    cancelled_prefix: str,
) -> bytes:
    """The calendar to subscribe to; the same entries always give the same bytes."""
    calendar = opened_calendar()
    calendar.add("x-wr-calname", vText(wire_line(name)))
    calendar.add("name", vText(wire_line(name)))
    calendar.add("x-wr-timezone", vText(zone))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add("color", vText(color_name(color)))
    return _with_entries(without_end(calendar), list(entries), cancelled_prefix, zone)


def download_calendar(session: SessionFacts, entry: CalendarEntry, *, cancelled_prefix: str) -> bytes:
    """The calendar file of one session, to import by hand."""
    opening = without_end(opened_calendar())
    return _with_entries(opening, [(session, entry)], cancelled_prefix, session.zone)


def color_name(color: str) -> str:
    """The name in CSS of the colour nearest to `#rrggbb`."""
    found = _COLOR.fullmatch(color)
    if found is None:
        raise ValueError(f"a colour is written #rrggbb, not {color!r}")
    wanted = [int(part, 16) for part in found.groups()]
    distance = {
        name: sum((a - b) ** 2 for a, b in zip(wanted, parts, strict=True)) for name, parts in _NAMES.items()
    }
    return min(distance, key=distance.__getitem__)


def _with_entries(
    opening: bytes, entries: list[tuple[SessionFacts, CalendarEntry]], cancelled_prefix: str, zone: str
) -> bytes:
    # a calendar holds at least one component, even when nothing is planned
    years: dict[str, list[range]] = {} if entries else {zone: []}
    for session, _ in entries:
        years.setdefault(session.zone, []).append(session.years)
    zones = (vtimezone(name, _all_years(found)) for name, found in sorted(years.items()))
    vevents = (
        b"BEGIN:VEVENT\r\n"
        + entry_lines(entry)
        + _shared_lines(session, cancelled_prefix)
        + b"END:VEVENT\r\n"
        for session, entry in entries
    )
    return b"".join((opening, *zones, *vevents, b"END:VCALENDAR\r\n"))


def _all_years(found: list[range]) -> range | None:
    if not found:
        return None
    return range(min(one.start for one in found), max(one.stop for one in found))


@lru_cache(maxsize=2048)
def _shared_lines(session: SessionFacts, cancelled_prefix: str) -> bytes:
    is_cancelled = session.status is CalendarStatus.CANCELLED
    summary = cancelled_prefix + session.summary if is_cancelled else session.summary
    return session_lines(session, status=session.status, summary=summary, transparent=is_cancelled)
