"""Mail as it leaves: the parts in the order clients need, the headers that servers expect."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from webinars.invitations.headers import address_header, identifier, text_header, web_address
from webinars.invitations.lines import unfold
from webinars.invitations.mailbox import Mailbox, wire_domain
from webinars.invitations.parts import Part

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")
_METHOD = re.compile(rb"^METHOD:(REQUEST|CANCEL)\r\n", re.MULTILINE)
_ORGANIZER = re.compile(rb"^ORGANIZER(?:;.*)?:mailto:([^\r\n]+)\r\n", re.MULTILINE)
_ATTENDEE = re.compile(rb"^ATTENDEE(?:;.*)?:mailto:([^\r\n]+)\r\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heading:
    """Who writes what to whom, and the place of the message in its thread."""

    sender: Mailbox
    recipient: Mailbox
    subject: str
    message_id: str
    sent_at: datetime
    language: str
    first_message_id: str | None = None  # the thread's first message, when this is not it
    last_message_id: str | None = None  # the thread's latest message before this one
    unsubscribe_url: str | None = None  # announcements, reminders and surveys only


def new_uid(domain: str) -> str:
    """An identity for a calendar object that nobody can guess."""
    return f"{secrets.token_hex(16)}@{wire_domain(domain)}"


def new_message_id(domain: str) -> str:
    """An identity for a message."""
    return f"<{secrets.token_hex(16)}@{wire_domain(domain)}>"


def plain_message(heading: Heading, *, text: str, html: str) -> EmailMessage:
    """A message in text and HTML, without a calendar."""
    parts = [Part.of_text("plain", text), Part.of_text("html", html)]
    return _headed(Part.of_parts("alternative", _boundary(heading, "alternative"), parts), heading)


def calendar_message(heading: Heading, *, text: str, html: str, calendar: bytes) -> EmailMessage:
    """A message whose calendar mail programs offer to answer; the calendar decides the method.

    A calendar of another organizer or for another attendee is refused.
    """
    if heading.unsubscribe_url is not None:
        raise ValueError("who silences invitations would come to a cancelled session")
    method = _addressed_method(calendar, heading)
    parts = [
        Part.of_text("plain", text),
        Part.of_text("html", html),
        # last and without disposition: programs then show its buttons
        Part.of_octets(f"text/calendar; charset=UTF-8; method={method}", calendar),
    ]
    alternative = Part.of_parts("alternative", _boundary(heading, "alternative"), parts)
    # a second text/calendar part would be shown as one that is not supported
    attachment = Part.of_octets('application/ics; name="invitation.ics"', calendar)
    attachment["Content-Disposition"] = 'attachment; filename="invitation.ics"'
    mixed = Part.of_parts("mixed", _boundary(heading, "mixed"), [alternative, attachment])
    return _headed(mixed, heading)


def message_bytes(message: EmailMessage) -> bytes:
    """The message as a server takes it: ASCII, CRLF, identifiers whole; always the same octets."""
    return message.as_bytes()


def _headed(message: EmailMessage, heading: Heading) -> EmailMessage:
    message["MIME-Version"] = "1.0"
    message["From"] = address_header(heading.sender)
    message["To"] = address_header(heading.recipient)
    message["Subject"] = text_header(heading.subject)
    message["Date"] = _date(heading.sent_at)
    message["Message-ID"] = identifier(heading.message_id)
    if heading.first_message_id is not None:
        first, last = heading.first_message_id, heading.last_message_id or heading.first_message_id
        message["In-Reply-To"] = identifier(last)
        message["References"] = " ".join(dict.fromkeys((identifier(first), identifier(last))))
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if not _LANGUAGE.fullmatch(heading.language):
        raise ValueError(f"no language: {heading.language!r}")
    message["Content-Language"] = heading.language
    if heading.unsubscribe_url is not None:
        message["List-Unsubscribe"] = web_address(heading.unsubscribe_url)
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _date(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"an instant with a zone is needed, not {at!r}")
    return format_datetime(at)


def _boundary(heading: Heading, kind: str) -> str:
    # "=_" stands in no quoted-printable and in no base64 text; drawn from the identity, so that
    # the same message always has the same bytes
    digest = hashlib.sha256(f"{kind} {heading.message_id}".encode()).hexdigest()
    return f"=_{digest[:24]}"


def _addressed_method(calendar: bytes, heading: Heading) -> str:
    unfolded = unfold(calendar)
    methods = _METHOD.findall(unfolded)
    if len(methods) != 1:
        raise ValueError("a calendar sent by mail has one method")
    people = ((_ORGANIZER, heading.sender), (_ATTENDEE, heading.recipient))
    for pattern, mailbox in people:
        if pattern.findall(unfolded) != [mailbox.address.encode()]:
            raise ValueError(f"the calendar is not of {mailbox.address}")
    method: bytes = methods[0]
    return method.decode()
