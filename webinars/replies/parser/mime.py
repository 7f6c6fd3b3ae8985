"""What a message that came in is: any bytes in, plain values out; nothing in it is believed or carried out."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime

from webinars.replies.parser import charsets
from webinars.replies.parser.bounds import (
    DEEPEST,
    HEAD,
    MOST_ATTENDEES,
    MOST_BYTES,
    MOST_CALENDAR_LINES,
    MOST_CALENDARS,
    MOST_PARTS,
    body_of,
    head_of,
    is_overlong,
    lines_of,
    parts_at_most,
    parts_within,
)
from webinars.replies.parser.delivery_status import DeliveryReport, read_report
from webinars.replies.parser.itip import CalendarAnswer, Unreadable, read_answers
from webinars.replies.verdicts import Verdict
from webinars.words.text import cut_line, cut_text

TEXT = 2000
LONGEST_HEADER = 4000
MOST_HEADERS = 10  # of one name
MOST_REPLY_TO = 20  # addresses: each answer is compared with all of them
CALENDARS = ("text/calendar", "application/ics")
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
# where servers say for whom a message was
FOR_WHOM = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To")
SAYS_AUTOMATIC = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")
SERVERS = ("mailer-daemon", "postmaster", "")  # the last: From names nobody
_CALENDAR = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}BEGIN:VCALENDAR\s", re.IGNORECASE)
_IDENTITY = re.compile(r"<[!-;=?-~]{1,240}>")


class TooManyCalendars(ValueError):
    """A message holds more different calendars than any calendar program sends."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message as its source gave it."""

    content: bytes
    size: int  # of the whole: more than there are bytes when the source kept the rest back

    @classmethod
    def whole(cls, content: bytes) -> "RawMessage":
        """A message of which everything is here."""
        return cls(content, len(content))


@dataclass(frozen=True, slots=True)
class Writer:
    """Who says they wrote the message, and what our server thinks of it."""

    sender: str  # the one address of From; empty when there is not exactly one
    reply_to: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()  # values of Authentication-Results, the latest first
    dated_at: datetime | None = None  # what Date says
    is_automatic: bool = False  # a program wrote it, as far as headers say


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a calendar answers, nothing when it cannot be read, and the method its part claims."""

    answers: tuple[CalendarAnswer, ...] = ()
    method: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message that came in."""

    digest: str
    message_id: str | None
    writer: Writer
    recipients: str  # every address a server or the writer named
    subject: str
    references: tuple[str, ...] = ()  # Message-IDs it answers
    is_automatic: bool = False
    is_from_nobody: bool = False  # the null sender, as delivery reports have it
    is_from_server: bool = False  # and no mailbox of somebody: absences have the null sender too
    trouble: Verdict | None = None  # too big, too many parts: nothing below was read
    report: DeliveryReport | None = None
    calendars: tuple[CalendarPart, ...] = ()
    has_winmail: bool = False
    text: str = ""


def read(raw: RawMessage) -> ReceivedMessage:
    """What the message is; raises whatever the header lines raise. Call it in a `Parser`: it may take any time."""
    trouble = _trouble(raw)
    if trouble is None:
        try:
            return _whole(raw)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 — the parser is not ours; whatever it stumbles over goes to a person
            trouble = Verdict.UNREADABLE
    return _headed(raw, _head(raw), trouble=trouble)


def _trouble(raw: RawMessage) -> Verdict | None:
    """What keeps the message from being opened, found without opening it."""
    if raw.size > MOST_BYTES or len(raw.content) > MOST_BYTES:
        return Verdict.TOO_BIG
    if parts_at_most(raw.content) > MOST_PARTS:
        return Verdict.TOO_MANY_PARTS
    return Verdict.UNREADABLE if is_overlong(raw.content) else None


def _whole(raw: RawMessage) -> ReceivedMessage:
    message = message_from_bytes(raw.content, policy=policy.compat32)
    if not _is_bounded(message):
        return _headed(raw, _head(raw), trouble=Verdict.UNREADABLE)
    arrival = _headed(raw, message)
    parts = list(_parts(message))
    if message.get_content_type() == "multipart/report":
        report = read_report(message)
        has_words = report.is_of_delivery and not report.fates  # else its words are not asked
        return replace(arrival, report=report, text=_text(parts[:MOST_PARTS]) if has_words else "")
    if len(parts) > MOST_PARTS:
        return replace(arrival, trouble=Verdict.TOO_MANY_PARTS)
    return replace(
        arrival,
        calendars=tuple(dict.fromkeys(_calendars(parts))),
        has_winmail=any(_is_winmail(part) for part in parts),
        text=_text(parts),
    )


def _head(raw: RawMessage) -> Message:
    try:
        return BytesHeaderParser(policy=policy.compat32).parsebytes(head_of(raw.content))
    except Exception:  # noqa: BLE001 — the parser is not ours
        return Message()


def _headed(raw: RawMessage, message: Message, *, trouble: Verdict | None = None) -> ReceivedMessage:
    sender = _addresses(message, "From")
    found = _IDENTITY.search(_header(message, "Message-ID"))
    is_from_nobody = _header(message, "Return-Path").strip() == "<>"
    return ReceivedMessage(
        digest=_digest(raw),
        message_id=found.group() if found else None,
        writer=Writer(
            sender=sender[0] if len(sender) == 1 else "",
            reply_to=_addresses(message, "Reply-To")[:MOST_REPLY_TO],
            authentication=tuple(str(value) for value in message.get_all("Authentication-Results", [])),
            dated_at=_date(message),
            is_automatic=is_from_nobody or _is_automatic(message),
        ),
        recipients=" ".join(value for name in FOR_WHOM for value in _headers(message, name)),
        subject=charsets.header_words(_header(message, "Subject"))[:200],
        references=_references(message),
        is_automatic=is_from_nobody or _is_automatic(message),
        is_from_nobody=is_from_nobody,
        is_from_server=_is_from_server(message),
        trouble=trouble,
    )


def _is_bounded(message: Message) -> bool:
    """Whether no part has endless header lines or stands too deep inside others."""
    waiting = [(message, 1)]
    while waiting:
        part, depth = waiting.pop()
        head = sum(len(name) + len(value) for name, value in part.raw_items())
        if depth > DEEPEST or head > HEAD:
            return False
        waiting.extend((one, depth + 1) for one in parts_within(part))
    return True


def _headers(message: Message, name: str) -> list[str]:
    return [str(value)[:LONGEST_HEADER] for value in message.get_all(name, [])[:MOST_HEADERS]]


def _header(message: Message, name: str) -> str:
    return next(iter(_headers(message, name)), "")


def _addresses(message: Message, name: str) -> tuple[str, ...]:
    """Every address of these header lines; one that is not readable counts as one, so that nothing hides."""
    found = getaddresses(_headers(message, name))
    return tuple(
        address if "@" in address and cut_line(address, LONGEST_HEADER) == address else ""
        for _name, address in found
    )


def _references(message: Message) -> tuple[str, ...]:
    text = _header(message, "In-Reply-To") + " " + _header(message, "References")
    return tuple(dict.fromkeys(_IDENTITY.findall(text)))[:20]


def _is_from_server(message: Message) -> bool:
    """Whether a server speaks for itself, as those that return mail do."""
    if message.get("X-Failed-Recipients") is not None:
        return True
    names = {address.partition("@")[0].lower() for address in _addresses(message, "From")}
    if "" in names and "@" in _header(message, "From"):
        return False  # what cannot be read may be somebody
    return names <= set(SERVERS)


def _date(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(_header(message, "Date"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _header(message, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "junk")
        or any(message.get(name) is not None for name in SAYS_AUTOMATIC)
    )


def _digest(raw: RawMessage) -> str:
    """The same for the same message, by whatever way it came: without what servers write on top."""
    message = _head(raw)
    lines = [f"{name}:{_header(message, name)}" for name in ("From", "To", "Subject", "Date")]
    body = (
        body_of(raw.content).replace(b"\r\n", b"\n").strip() if raw.size <= MOST_BYTES else b"%d" % raw.size
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace") + b"\n\n" + body).hexdigest()


def _parts(message: Message) -> Iterator[Message]:
    """The leaves, but for what is inside enclosed messages: those are somebody else's."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "message":
            continue
        if part.is_multipart():
            waiting.extend(reversed(parts_within(part)))
        else:
            yield part


def _calendars(parts: list[Message]) -> Iterator[CalendarPart]:
    """Each calendar once; raises TooManyCalendars."""
    found: dict[str, tuple[CalendarAnswer, ...]] = {}
    attendees = MOST_ATTENDEES
    for part in parts:
        if part.get_content_type() in CALENDARS or _holds_calendar(part):
            text = charsets.unfolded_text_of(part)
            if text not in found:
                if len(found) == MOST_CALENDARS:
                    raise TooManyCalendars
                found[text] = _answers(text, attendees)
                attendees -= sum(len(answer.attendees) for answer in found[text])
            yield CalendarPart(found[text], _method(part))


def _method(part: Message) -> str:
    method = part.get_param("method") if part.get_content_type() == "text/calendar" else ""
    return collapse_rfc2231_value(method or "").strip()[:40]


def _holds_calendar(part: Message) -> bool:
    """Whether a part of another type is a calendar all the same: gateways rename what they do not know."""
    if str(part.get_filename() or "").lower().endswith(".ics"):
        return True
    content = part.get_payload(decode=True)
    return isinstance(content, bytes) and _CALENDAR.match(content) is not None


def _answers(text: str, attendees: int) -> tuple[CalendarAnswer, ...]:
    if lines_of(text) > MOST_CALENDAR_LINES:
        return ()
    try:
        return read_answers(text, attendees=attendees)
    except Unreadable:
        return ()


def _is_winmail(part: Message) -> bool:
    return part.get_content_type() in TNEF or str(part.get_filename() or "").lower() == "winmail.dat"


def _text(parts: list[Message]) -> str:
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                text = charsets.text_of(part)
                clear = charsets.without_tags(text) if kind == "text/html" else text
                if cleaned := cut_text(clear[: 10 * TEXT].strip(), TEXT):
                    return cleaned
    return ""
