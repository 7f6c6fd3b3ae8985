"""Mail as it leaves: one recipient, the parts in the order clients need, the headers that servers expect."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from webinars.outbox.composition.address import Mailbox
from webinars.outbox.composition.headers import address_header, identifier, text_header, web_address
from webinars.outbox.composition.parts import MimePart
from webinars.outbox.models import Email

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class MailHeading:
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


def plain_message(heading: MailHeading, *, text: str, html: str) -> EmailMessage:
    """A message in text and HTML, without a calendar."""
    parts = [MimePart.of_text("plain", text), MimePart.of_text("html", html)]
    return headed(MimePart.of_parts("alternative", boundary(heading, "alternative"), parts), heading)


def message_bytes(message: EmailMessage) -> bytes:
    """The message as a server takes it: ASCII, CRLF, identifiers whole; always the same octets."""
    return message.as_bytes()


def headed(message: EmailMessage, heading: MailHeading) -> EmailMessage:
    """The message with its headers; a language or an identity that cannot stand there is a ValueError."""
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


def boundary(heading: MailHeading, kind: str) -> str:
    """What separates the parts of this message."""
    # "=_" stands in no quoted-printable and in no base64 text; drawn from the identity, so that
    # the same message always has the same bytes
    digest = hashlib.sha256(f"{kind} {heading.message_id}".encode()).hexdigest()
    return f"=_{digest[:24]}"


def octets(message: EmailMessage, email: Email) -> bytes:
    """The message as a server takes it; raises ValueError when it is not this row's."""
    # asked for by name, the standard library parses it
    identities = [value for name, value in message.raw_items() if name == "Message-ID"]
    if identities != [email.message_id]:
        raise ValueError(f"the writer of {email.kind} gave the message another identity")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
