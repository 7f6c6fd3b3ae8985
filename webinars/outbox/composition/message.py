"""Mail as its writers make it and as it leaves: one recipient, the parts in the order clients need, the headers servers expect.

With a calendar, as programs need it: specification/calendar, section 3.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Self, TypeVar

from webinars.outbox.composition.headers import WIRE, address_header, identifier, text_header, web_address
from webinars.outbox.models import Email
from webinars.words.mail_addresses import Mailbox

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")
# the standard library does not count the signs it adds for a blank at the end of a line
_TOO_LONG = re.compile(r"^(.{74})(=20|=09)(?=\r$)", re.MULTILINE)
# a line break is found far quicker than the beginning of a line
_METHOD = re.compile(rb"\nMETHOD:(REQUEST|CANCEL)\r")
_ORGANIZER = re.compile(rb"\nORGANIZER(?:;[^\r\n]*)?:mailto:([^\r\n:]+)\r")
_ATTENDEE = re.compile(rb"\nATTENDEE(?:;[^\r\n]*)?:mailto:([^\r\n:]+)\r")
_FILES = {"REQUEST": "invitation.ics", "CANCEL": "annulation.ics"}
Found = TypeVar("Found")


@dataclass(slots=True)
class Batch:
    """Some mails, when they are written, what was found for them; it lives no longer than it takes to write them."""

    emails: Sequence[Email]
    now: datetime
    found: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What was found under this key, looked for by the first who asks."""
        if key not in self.found:
            self.found[key] = find()
        found: Found = self.found[key]
        return found

    def forget(self) -> None:
        """Lets the next one look again: what was found belongs to a transaction that has ended."""
        self.found.clear()


Writers = Mapping[str, Callable[[Email, Batch], EmailMessage]]  # by kind


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
    return _headed(MimePart.of_parts("alternative", _boundary(heading, "alternative"), parts), heading)


def calendar_message(heading: MailHeading, *, text: str, html: str, calendar: bytes) -> EmailMessage:
    """A message whose calendar mail programs offer to answer; the calendar decides the method.

    A calendar of another organizer or for another attendee is refused.
    """
    if heading.unsubscribe_url is not None:
        raise ValueError("who silences invitations would come to a cancelled session")
    method = _addressed_method(calendar, heading)
    parts = [
        MimePart.of_text("plain", text),
        MimePart.of_text("html", html),
        # last and without disposition: programs then show its buttons
        MimePart.of_bytes(f"text/calendar; charset=UTF-8; method={method}", calendar),
    ]
    alternative = MimePart.of_parts("alternative", _boundary(heading, "alternative"), parts)
    # a second text/calendar part would be shown as one that is not supported
    attachment = MimePart.of_bytes(f'application/ics; name="{_FILES[method]}"', calendar)
    attachment["Content-Disposition"] = f'attachment; filename="{_FILES[method]}"'
    mixed = MimePart.of_parts("mixed", _boundary(heading, "mixed"), [alternative, attachment])
    return _headed(mixed, heading)


def _addressed_method(calendar: bytes, heading: MailHeading) -> str:
    unfolded = calendar.replace(b"\r\n ", b"")  # each content line of RFC 5545 on one physical line
    methods = _METHOD.findall(unfolded)
    if len(methods) != 1:
        raise ValueError("a calendar sent by mail has one method")
    people = ((_ORGANIZER, heading.sender), (_ATTENDEE, heading.recipient))
    for pattern, mailbox in people:
        if pattern.findall(unfolded) != [mailbox.address.encode()]:
            raise ValueError(f"the calendar is not of {mailbox.address}")
    method: bytes = methods[0]
    return method.decode()


def message_bytes(message: EmailMessage) -> bytes:
    """The message as a server takes it: ASCII, CRLF, identifiers whole; always the same bytes."""
    return message.as_bytes()


def _headed(message: EmailMessage, heading: MailHeading) -> EmailMessage:
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


def _boundary(heading: MailHeading, kind: str) -> str:
    """What separates the parts of this message."""
    # "=_" stands in no quoted-printable and in no base64 text; drawn from the identity, so that
    # the same message always has the same bytes
    digest = hashlib.sha256(f"{kind} {heading.message_id}".encode()).hexdigest()
    return f"=_{digest[:24]}"


def message_content(message: EmailMessage, email: Email) -> bytes:
    """The message as a server takes it; raises ValueError when it is not this row's."""
    # asked for by name, the standard library parses it
    identities = [value for name, value in message.raw_items() if name == "Message-ID"]
    if identities != [email.message_id]:
        raise ValueError(f"the writer of {email.kind} gave the message another identity")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def _quoted_printable(text: str) -> str:
    # plain replacements are far quicker than an expression
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    content = lines.encode("utf-8", "replace")
    encoded = binascii.b2a_qp(content, istext=True).decode("ascii")
    return _TOO_LONG.sub("\\1=\r\n\\2", encoded)


@lru_cache(maxsize=4)  # a calendar stands in two parts of its message
def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")


class MimePart(EmailMessage):
    """A message or one part of it, whose body already stands as it will be sent."""

    def __init__(self, content_type: str, boundary: str | None = None) -> None:
        super().__init__(WIRE)
        self.delimiter = boundary
        self.inner: list[MimePart] = []
        self.encoded = ""
        self["Content-Type"] = f'{content_type}; boundary="{boundary}"' if boundary else content_type

    @classmethod
    def of_text(cls, kind: str, text: str) -> Self:
        """A part of text in quoted-printable."""
        part = cls(f"text/{kind}; charset=utf-8")
        part["Content-Transfer-Encoding"] = "quoted-printable"
        return part._holding(_quoted_printable(f"{text.strip()}\n"))

    @classmethod
    def of_bytes(cls, content_type: str, content: bytes) -> Self:
        """A part of bytes in base64."""
        part = cls(content_type)
        part["Content-Transfer-Encoding"] = "base64"
        return part._holding(_base64(content))

    @staticmethod
    def of_parts(kind: str, boundary: str, parts: "Iterable[MimePart]") -> "MimePart":
        """A multipart; its boundary must stand in none of its parts."""
        part = MimePart(f"multipart/{kind}", boundary)
        for inner in parts:
            part.attach(inner)
            part.inner.append(inner)
        return part

    def as_bytes(self, unixfrom: bool = False, policy: "Policy[Any] | None" = None) -> bytes:  # noqa: ARG002
        """The bytes as a server takes them, whatever the arguments: ASCII, CRLF, identifiers whole."""
        head = "".join(WIRE.fold(name, value) for name, value in self.raw_items())
        if self.delimiter is None:
            return f"{head}\r\n{self.encoded}".encode("ascii")
        delimiter = f"--{self.delimiter}".encode("ascii")
        body = b"".join(b"%b\r\n%b\r\n" % (delimiter, part.as_bytes()) for part in self.inner)
        return b"%b\r\n%b%b--\r\n" % (head.encode("ascii"), body, delimiter)

    def _holding(self, encoded: str) -> Self:
        # kept beside the payload: asking the standard class for it parses headers again
        self.set_payload(encoded)
        self.encoded = encoded
        return self
