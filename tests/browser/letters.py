"""Mails as a calendar program and a person read them; the calendar library is not the one that wrote them."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import vobject

from tests.outbox.sink import Received


@dataclass(frozen=True)
class Said:
    """What one calendar object says."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    attendee: str
    organizer: str
    asked: tuple[str, str]  # PARTSTAT and RSVP of the one attendee


def letter(mail: Received) -> EmailMessage:
    """The mail, read."""
    found = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def calendar(mail: Received) -> Said | None:
    """What the mail tells a calendar; None when it carries nothing for one."""
    parts = [part for part in letter(mail).walk() if part.get_content_type() == "text/calendar"]
    if not parts:
        return None
    text = parts[0].get_payload(decode=True).decode("utf-8")  # type: ignore[union-attr]
    read = vobject.readOne(text)
    event = read.vevent
    assert parts[0].get_param("method") == read.method.value
    return Said(
        method=read.method.value,
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        status=event.status.value,
        starts_at=event.dtstart.value,
        ends_at=event.dtend.value,
        attendee=event.attendee.value,
        organizer=event.organizer.value,
        asked=(event.attendee.params["PARTSTAT"][0], event.attendee.params["RSVP"][0]),
    )


def calendar_bytes(mail: Received) -> bytes:
    """The calendar as it came."""
    [part] = [part for part in letter(mail).walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def text_of(mail: Received) -> str:
    """The words of the mail, as a program without pictures or HTML shows them."""
    body = letter(mail).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def personal_path(mail: Received) -> str:
    """The personal page the mail leads to."""
    found = re.search(r"/me/[\w-]+(?=\s)", text_of(mail))
    assert found is not None
    return found[0]
