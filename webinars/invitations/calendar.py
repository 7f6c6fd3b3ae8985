"""The calendar object of one attendee's place in one session, as it leaves by mail, and the content lines of any.

By specification/calendar, sections 1 and 2. Lines are those of RFC 5545: escaped, folded at 75 bytes between
characters, ended by CRLF.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from icalendar import Alarm, Calendar, Component, Event, vText

from webinars.invitations.models import PartStat
from webinars.invitations.vtimezone import vtimezone, zone_info
from webinars.words.mail_addresses import Mailbox
from webinars.words.text import wire_line, wire_text, wire_uri

PRODUCT = "-//webinars//calendar//EN"
LINE_OCTETS = 75  # of a content line, the line break not counted


class Method(StrEnum):
    """What a calendar object asks of the program that receives it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class AttendeeRole(StrEnum):
    """What an attendee does in the session."""

    CHAIR = "CHAIR"
    REQ_PARTICIPANT = "REQ-PARTICIPANT"


class CalendarStatus(StrEnum):
    """Whether the session will be held."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"  # the date is an option
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What every calendar object of a session says, whoever receives it."""

    summary: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    created_at: datetime
    modified_at: datetime
    url: str = ""
    status: CalendarStatus = CalendarStatus.CONFIRMED

    def __post_init__(self) -> None:
        for at in (self.starts_at, self.ends_at, self.created_at, self.modified_at):
            utc_stamp(at)
        if self.ends_at <= self.starts_at:
            raise ValueError("a session ends after it starts")
        if not wire_line(self.summary):
            raise ValueError("a calendar object has a summary")

    @property
    def years(self) -> range:
        """The years it takes place in, on its own clock."""
        zone = zone_info(self.zone)
        return range(self.starts_at.astimezone(zone).year, self.ends_at.astimezone(zone).year + 1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry of one calendar: its identity, its version, and the texts that may be personal."""

    uid: str
    sequence: int
    stamped_at: datetime
    description: str = ""
    comment: str = ""  # what is new: programs that show the entry and not its mail show it
    location: str = ""
    conference_url: str = ""  # where an online session is joined

    def __post_init__(self) -> None:
        if not wire_line(self.uid) or self.sequence < 0:
            raise ValueError("a calendar object has a UID and a sequence")


def request_calendar(
    session: SessionFacts,
    entry: CalendarEntry,
    *,
    organizer: Mailbox,
    attendee: Mailbox,
    partstat: PartStat = PartStat.NEEDS_ACTION,
    role: AttendeeRole = AttendeeRole.REQ_PARTICIPANT,
    alarm_minutes: int | None = None,  # the attendee's calendar decides
) -> bytes:
    """The invitation, or an update of it; an answer is asked for until one is known."""
    if session.status is CalendarStatus.CANCELLED:
        raise ValueError("a cancelled session invites nobody")
    before, after = _frame(session, Method.REQUEST, alarm_minutes)
    return before + entry_lines(entry) + _people_lines(organizer, attendee, partstat, role) + after


def cancel_calendar(
    session: SessionFacts,
    entry: CalendarEntry,
    *,
    organizer: Mailbox,
    attendee: Mailbox,
    cancelled_prefix: str,
    partstat: PartStat = PartStat.NEEDS_ACTION,
    role: AttendeeRole = AttendeeRole.REQ_PARTICIPANT,
) -> bytes:
    """The end of an entry, whether the session is cancelled or the attendee withdrew."""
    ended = replace(session, summary=cancelled_prefix + session.summary)
    before, after = _frame(ended, Method.CANCEL, None)
    return before + entry_lines(entry) + _people_lines(organizer, attendee, partstat, role) + after


def entry_lines(entry: CalendarEntry) -> bytes:
    """The lines of a VEVENT that differ from one attendee to the next."""
    return b"".join(
        (
            _text_line("UID", wire_line(entry.uid)),
            _fold(f"SEQUENCE:{entry.sequence}"),
            _fold(f"DTSTAMP:{utc_stamp(entry.stamped_at)}"),
            _text_line("DESCRIPTION", entry.description),
            _text_line("COMMENT", entry.comment),
            _text_line("LOCATION", wire_line(entry.location)),
            _uri_line("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO", entry.conference_url),
        )
    )


def session_lines(
    session: SessionFacts, *, status: CalendarStatus, summary: str, transparent: bool = False
) -> bytes:
    """The lines of a VEVENT that are the same for everybody."""
    vevent = Event()
    vevent.add("summary", wire_line(summary))
    if url := wire_uri(session.url):
        vevent.add("url", url)
    vevent.add("status", status)
    vevent.add("transp", "TRANSPARENT" if transparent else "OPAQUE")
    vevent.add("x-microsoft-cdo-busystatus", vText("FREE" if transparent else "BUSY"))
    vevent.add("class", "PUBLIC")
    vevent.add("created", session.created_at)
    vevent.add("last-modified", session.modified_at)
    start = _local_line("DTSTART", session.starts_at, session.zone)
    end = _local_line("DTEND", session.ends_at, session.zone)
    return start + end + without_end(vevent).removeprefix(b"BEGIN:VEVENT\r\n")


def opened_calendar() -> Calendar:
    """A calendar with what every file of ours begins with."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    return calendar


def without_end(component: Component) -> bytes:
    """The lines of a component that goes on."""
    lines: bytes = component.to_ical(sorted=False)
    return lines.removesuffix(f"END:{component.name}\r\n".encode())


@lru_cache(maxsize=512)
def _frame(session: SessionFacts, method: Method, alarm_minutes: int | None) -> tuple[bytes, bytes]:
    # the library takes many times longer than one person's lines, so it works once per session
    calendar = opened_calendar()
    calendar.add("method", method)
    status = CalendarStatus.CANCELLED if method is Method.CANCEL else session.status
    shared = session_lines(session, status=status, summary=session.summary)
    no_counter = _text_line("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")
    alarm = b"" if alarm_minutes is None else _alarm(session.summary, alarm_minutes)
    return (
        without_end(calendar) + vtimezone(session.zone, session.years) + b"BEGIN:VEVENT\r\n",
        shared + no_counter + alarm + b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    )


def _local_line(name: str, at: datetime, zone: str) -> bytes:
    # the library leaves TZID out where the zone is UTC
    return _fold(f"{name};TZID={zone}:{at.astimezone(zone_info(zone)):%Y%m%dT%H%M%S}")


def _alarm(summary: str, minutes: int) -> bytes:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", vText(wire_line(summary)))
    alarm.add("trigger", timedelta(minutes=-minutes))
    lines: bytes = alarm.to_ical(sorted=False)
    return lines


def _people_lines(organizer: Mailbox, attendee: Mailbox, partstat: PartStat, role: AttendeeRole) -> bytes:
    rsvp = "TRUE" if partstat is PartStat.NEEDS_ACTION else "FALSE"
    parameters = f"CUTYPE=INDIVIDUAL;ROLE={role};PARTSTAT={partstat};RSVP={rsvp}"
    return _address_line("ORGANIZER", organizer) + _address_line(f"ATTENDEE;{parameters}", attendee)


def _fold(line: str) -> bytes:
    """The line in UTF-8, cut so that no physical line exceeds 75 bytes or splits a character."""
    content = line.encode()
    pieces = []
    start, room = 0, LINE_OCTETS
    while len(content) - start > room:
        end = start + room
        while content[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(content[start:end])
        start, room = end, LINE_OCTETS - 1  # the leading space counts
    pieces.append(content[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def _text_line(name: str, text: str) -> bytes:
    """A property of type TEXT, or nothing when the text is empty."""
    text = wire_text(text)
    if not text:
        return b""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _fold(f"{name}:{escaped}")


def _uri_line(name: str, uri: str) -> bytes:
    """A property of type URI, or nothing when the address is empty."""
    uri = wire_uri(uri)
    return _fold(f"{name}:{uri}") if uri else b""


def _address_line(name: str, mailbox: Mailbox) -> bytes:
    """A property of type CAL-ADDRESS; the name is always quoted."""
    common_name = f';CN="{mailbox.name}"' if mailbox.name else ""
    return _fold(f"{name}{common_name}:mailto:{mailbox.address}")


def utc_stamp(at: datetime) -> str:
    """The instant as a DATE-TIME in UTC; naive and shifted values are refused."""
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"an instant in UTC is needed, not {at!r}")
    return at.strftime("%Y%m%dT%H%M%SZ")
