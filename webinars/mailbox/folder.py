"""Reads mails kept as .eml files."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser
from pathlib import Path

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,200}\.eml")
HEADERS_AT_MOST = 32 * 1024
CALENDARS = ("text/calendar", "application/ics")


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail in the list."""

    name: str
    recipient: str
    subject: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part of a mail that is neither its text nor its HTML."""

    number: int
    name: str
    content_type: str
    content: bytes

    @property
    def text(self) -> str | None:
        """What a calendar says; None for anything else."""
        return self.content.decode("utf-8", "replace") if self.content_type in CALENDARS else None


@dataclass(frozen=True, slots=True)
class StoredMail:
    """One mail, taken apart."""

    listed: ListedMail
    headers: list[tuple[str, str]]
    text: str
    html: str | None
    attached: list[Attachment]


def names(folder: Path) -> list[str]:
    """The files of all mails, the newest first."""
    if not folder.is_dir():
        return []
    files = [path for path in folder.iterdir() if NAME.fullmatch(path.name) and path.is_file()]
    return [
        path.name
        for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    ]


def find(folder: Path, name: str) -> Path | None:
    """The file of this name in the folder, and nowhere else."""
    path = folder / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def listed_mail(path: Path) -> ListedMail:
    """What the list shows of a mail; its body is not read."""
    with path.open("rb") as file:
        head = file.read(HEADERS_AT_MOST)
    parser = BytesHeaderParser(policy=email.policy.default)
    return _listed(path.name, parser.parsebytes(head))


def read(path: Path) -> StoredMail:
    """The whole mail."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    shown = [part for part in (text, html) if part is not None]
    rest = [part for part in message.walk() if not part.is_multipart() and part not in shown]
    return StoredMail(
        listed=_listed(path.name, message),
        headers=[(name, str(value)) for name, value in message.items()],
        text=_text(text) or "",
        html=_text(html),
        attached=[_attached(number, part) for number, part in enumerate(rest, 1)],
    )


def _listed(name: str, message: EmailMessage) -> ListedMail:
    date = message["Date"]
    return ListedMail(
        name=name,
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent_at=date.datetime if date is not None and date.datetime and date.datetime.tzinfo else None,
    )


def _text(part: MIMEPart | None) -> str | None:
    return None if part is None else str(part.get_content())


def _attached(number: int, part: MIMEPart) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        number=number,
        name=part.get_filename() or "",
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
