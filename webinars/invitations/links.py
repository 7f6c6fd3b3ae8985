"""Addresses that put a session into a web calendar, or subscribe a calendar to one of our feeds.

By specification/calendar, sections 6 and 7.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from webinars.invitations.calendar import CalendarEntry, SessionFacts, utc_stamp
from webinars.invitations.vtimezone import zone_info
from webinars.words.text import wire_line, wire_text

LONGEST = 1999  # characters: beyond, some calendars and browsers cut
SUMMARY_ROOM = 600  # the description takes what the other texts leave
LOCATION_ROOM = 400
CUT = quote("…")


@dataclass(frozen=True, slots=True)
class AddLinks:
    """One session, ready to be put into each web calendar; what is put there follows no change.

    The description is cut where the address grows too long.
    """

    session: SessionFacts
    entry: CalendarEntry

    @property
    def google(self) -> str:
        """Into Google's."""
        return _google(self.session, self.entry)

    @property
    def outlook(self) -> str:
        """Into Outlook.com."""
        return _microsoft("outlook.live.com", self.session, self.entry)

    @property
    def microsoft_365(self) -> str:
        """Into an organisation's own."""
        return _microsoft("outlook.office.com", self.session, self.entry)

    @property
    def yahoo(self) -> str:
        """Into Yahoo's."""
        return _yahoo(self.session, self.entry)


@dataclass(frozen=True, slots=True)
class SubscribeLinks:
    """A feed as each kind of calendar takes it."""

    address: str  # to copy
    webcal: str  # Apple and Thunderbird
    google: str


def subscribe_links(address: str) -> SubscribeLinks:
    """The feed at this address, for each kind of calendar."""
    webcal = "webcal://" + address.partition("://")[2]
    # Google takes a feed by its webcal address only
    return SubscribeLinks(
        address, webcal, f"https://calendar.google.com/calendar/render?cid={_encoded(webcal)}"
    )


def _google(session: SessionFacts, entry: CalendarEntry) -> str:
    return _link(
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "dates": f"{utc_stamp(session.starts_at)}/{utc_stamp(session.ends_at)}",
            "ctz": session.zone,
        },
        _texts(session, entry, "text", "location", "details"),
    )


def _microsoft(host: str, session: SessionFacts, entry: CalendarEntry) -> str:
    return _link(
        f"https://{host}/calendar/0/deeplink/compose",
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "startdt": _with_dashes(session.starts_at),
            "enddt": _with_dashes(session.ends_at),
        },
        _texts(session, entry, "subject", "location", "body"),
    )


def _yahoo(session: SessionFacts, entry: CalendarEntry) -> str:
    return _link(
        "https://calendar.yahoo.com/",
        {"v": "60", "ST": _wall_time(session, session.starts_at), "ET": _wall_time(session, session.ends_at)},
        _texts(session, entry, "TITLE", "in_loc", "DESC"),
    )


def _with_dashes(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # offsets fail there


def _wall_time(session: SessionFacts, at: datetime) -> str:
    return at.astimezone(zone_info(session.zone)).strftime("%Y%m%dT%H%M%S")  # a Z would be ignored


def _texts(
    session: SessionFacts, entry: CalendarEntry, summary: str, location: str, description: str
) -> list[tuple[str, str, int]]:
    """The texts under the names a calendar gives them, each with the characters it may take."""
    return [
        (summary, wire_line(session.summary), SUMMARY_ROOM),
        (location, wire_line(entry.location), LOCATION_ROOM),
        (description, wire_text(entry.description), LONGEST),
    ]


def _link(base: str, facts: dict[str, str], texts: list[tuple[str, str, int]]) -> str:
    link = base + "?" + "&".join(f"{name}={_encoded(value)}" for name, value in facts.items())
    for name, text, room in texts:
        if text:
            link += f"&{name}="
            link += _cut(text, min(room, LONGEST - len(link)))
    return link


def _cut(text: str, room: int) -> str:
    """The text percent-encoded, ended between two characters where it is longer than its room."""
    whole = _encoded(text)
    if len(whole) <= room:
        return whole
    pieces, left = [], room - len(CUT)
    for sign in text:
        piece = _encoded(sign)
        left -= len(piece)
        if left < 0:
            break
        pieces.append(piece)
    return "".join(pieces) + CUT


def _encoded(value: str) -> str:
    return quote(value, safe="")
