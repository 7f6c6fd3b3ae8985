"""Reading what calendars answer (RFC 5546 by RFC 5545 lines): any bytes in, values out; never our own text."""

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import partial
from itertools import islice
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from webinars.words.text import cut_line, cut_text, normal

NOTE = 500
MOST_ANSWERS = 10  # in one calendar: ours hold one event each
MOST_ATTENDEES = 200  # of one event
LONGEST = 1000  # of an identity or an address
LONGEST_LABEL, LONGEST_DOMAIN = 63, 253  # RFC 1035

_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)=([^";:]*(?:"[^"]*"[^";:]*)*)')
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
# [MS-OXOCAL] 2.2.1.27: the identity stands behind its size and the word vCal-Uid
_WRAPPED = re.compile(
    rb"\x04\x00\x00\x00\x82\x00\xe0\x00\x74\xc5\xb7\x10\x1a\x82\xe0\x08.{20}.{4}vCal-Uid\x01\x00\x00\x00([^\x00]+)\x00*",
    re.DOTALL,
)
_ZONES = frozenset(available_timezones())


class Unreadable(ValueError):
    """The bytes hold no whole event of a calendar."""


@dataclass(frozen=True, slots=True)
class ReplyingAttendee:
    """One ATTENDEE line; addresses are written as they are compared."""

    addresses: frozenset[str]  # the value, and EMAIL= where it differs
    partstat: str = ""
    sent_by: str = ""
    delegated_to: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CalendarAnswer:
    """One event of a calendar that came in."""

    method: str
    uid: str
    sequence: int | None = 0  # some leave it out
    stamped_at: datetime | None = None
    organizer: str = ""  # Exchange leaves it out
    attendees: tuple[ReplyingAttendee, ...] = ()
    comment: str = ""
    starts_at: datetime | None = None  # naive where the zone is not known to us


@dataclass(slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class _Event:
    lines: list[_Line] = field(default_factory=list)

    def first(self, name: str) -> _Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str:
        line = self.first(name)
        return line.value.strip() if line else ""


def read_answers(text: str, *, attendees: int = MOST_ATTENDEES) -> tuple[CalendarAnswer, ...]:
    """The events of a calendar, each once; raises Unreadable when there is not one whole event.

    So many attendees are looked at, of all events together.
    """
    method, events = _events(text)
    answers: dict[CalendarAnswer, None] = {}
    for event in events:
        if event.value("UID"):
            answer = _answer(method, event, attendees=min(attendees, MOST_ATTENDEES))
            attendees -= len(answer.attendees)
            answers.setdefault(answer)
    if not answers:
        raise Unreadable
    return tuple(answers)


def _events(text: str) -> tuple[str, list[_Event]]:
    """The method of a calendar, and its events that come to an end."""
    method, inside, depth = "", _Event(), 0
    events: list[_Event] = []
    opened: list[str] = []
    for line in _lines(text):
        if line.name == "BEGIN":
            opened.append(line.value.strip().upper())
            inside, depth = (_Event(), len(opened)) if opened[-1] == "VEVENT" else (inside, depth)
        elif line.name == "END":
            if opened and opened.pop() == "VEVENT" and len(events) < MOST_ANSWERS:
                events.append(inside)
        elif opened == ["VCALENDAR"] and line.name == "METHOD":
            method = method or line.value.strip().upper()[:40]
        elif opened and opened[-1] == "VEVENT" and len(opened) == depth:
            inside.lines.append(line)
    return method, events


def address_of(value: str) -> str:
    """A calendar address as it is compared: no scheme, no case, its domain in letters, however it was written."""
    address = cut_line(value, LONGEST).strip('"')
    if address[:7].lower() == "mailto:":
        address = address[7:]
    address = cut_line(unquote(address), LONGEST).strip("<>").lower()
    local, at, domain = address.rpartition("@")
    return local + at + _domain_of(domain)


def _domain_of(domain: str) -> str:
    """The domain in letters: taking punycode apart costs a quarter of making it, and most domains have none."""
    if len(domain) > LONGEST_DOMAIN or (domain.isascii() and "xn--" not in domain):
        return domain
    letters = domain if domain.isascii() else normal("NFKC", domain).replace("\u3002", ".")
    named = ".".join(_label_of(label) for label in letters.split("."))
    return named if len(named) <= LONGEST_DOMAIN else domain  # one letter of NFKC may become eighteen


def _label_of(label: str) -> str:
    if not label.startswith("xn--") or len(label) > LONGEST_LABEL:
        return label
    try:
        letters = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return letters if letters.isprintable() and not letters.isascii() else label


def _lines(text: str) -> Iterator[_Line]:
    for physical in _BREAK.split(_FOLD.sub("", text.removeprefix("\ufeff"))):
        line = _line(physical)
        if line is not None:
            yield line


def _line(text: str) -> _Line | None:
    name = _NAME.match(text)
    if name is None:
        return None
    at = name.end()
    parameters: dict[str, str] = {}
    while found := _PARAMETER.match(text, at):
        key = found.group(1).upper()
        parameters.setdefault(key, _unquoted(found.group(2)))
        at = found.end()
    if text[at : at + 1] != ":":
        return None
    return _Line(name.group().upper(), parameters, text[at + 1 :])


def _unquoted(value: str) -> str:
    first = value.split('"')[1] if value.startswith('"') else value.partition(",")[0]
    return _CARET.sub(lambda found: {"n": "\n", "^": "^", "'": '"'}[found.group(1)], first)


def _answer(method: str, event: _Event, *, attendees: int) -> CalendarAnswer:
    lines = islice((line for line in event.lines if line.name == "ATTENDEE"), attendees)
    return CalendarAnswer(
        method=method,
        uid=_uid(event.value("UID")),
        sequence=_sequence(event.value("SEQUENCE")),
        stamped_at=_instant(event.first("DTSTAMP"), otherwise_utc=True),
        organizer=address_of(event.value("ORGANIZER")),
        attendees=tuple(_attendee(line) for line in lines),
        comment=_note(event.value("COMMENT")),
        starts_at=_instant(event.first("DTSTART"), otherwise_utc=False),
    )


def _attendee(line: _Line) -> ReplyingAttendee:
    addresses = {address_of(line.value), address_of(line.parameters.get("EMAIL", ""))} - {""}
    return ReplyingAttendee(
        addresses=frozenset(addresses),
        partstat=line.parameters.get("PARTSTAT", "").strip().upper()[:40],
        sent_by=address_of(line.parameters.get("SENT-BY", "")),
        delegated_to=address_of(line.parameters.get("DELEGATED-TO", "")),
        comment=_note(line.parameters.get("X-RESPONSE-COMMENT", "")),
    )


def _note(value: str) -> str:
    """The text in clear, cleaned, cut."""
    clear = _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value[: 8 * NOTE])
    return cut_text(clear, NOTE)


def _sequence(value: str) -> int | None:
    if not value:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _uid(value: str) -> str:
    """The identity; where Outlook or ActiveSync wrapped it in a GlobalObjectId, the one inside."""
    uid = cut_line(value, LONGEST)
    for unwrap in (bytes.fromhex, partial(base64.b64decode, validate=True)):
        with suppress(ValueError):
            found = _WRAPPED.fullmatch(unwrap(uid))
            if found is not None:
                return cut_line(found.group(1).decode("ascii"), LONGEST)
    return uid


def _instant(line: _Line | None, *, otherwise_utc: bool) -> datetime | None:
    found = _STAMP.fullmatch(line.value.strip()) if line else None
    if line is None or found is None:
        return None
    numbers = [int(number or 0) for number in found.groups()[:6]]
    numbers[5] = min(numbers[5], 59)  # a leap second
    try:
        naive = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 — the zone follows
        if not MINYEAR < naive.year < MAXYEAR:  # has no hour on other clocks
            return None
        zone = line.parameters.get("TZID", "").lstrip("/")
        if found.group(7) or otherwise_utc:
            return naive.replace(tzinfo=UTC)
        return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if zone in _ZONES else naive
    except (ValueError, OverflowError):
        return None
