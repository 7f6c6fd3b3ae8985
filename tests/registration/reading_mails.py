"""Mails to those who registered, as a test reads them."""

import re
from dataclasses import dataclass

from icalendar import Calendar

from tests.conftest import NOW
from tests.page import Page
from webinars.outbox.models import Email, MailState
from webinars.storage.extensions import db

LANGUAGES = ("fr", "en")


def of_kind(outbox, kind):
    return next(email for email in outbox() if email.kind == kind)


def left():
    db.session.execute(db.update(Email).values(state=MailState.SENT, sent_at=NOW))
    db.session.commit()


def parts(message):
    return [part.get_content_type() for part in message.walk()]


def text_of(message):
    return message.get_body(("plain",)).get_content()


def html_of(message):
    return message.get_body(("html",)).get_content()


def plain_lines(message):
    """What the plain text says, line by line."""
    return [line.strip() for line in text_of(message).splitlines() if line.strip()]


def html_page(message):
    return Page(html_of(message))


@dataclass
class Body:
    text: str
    lines: list[str]
    addresses: list[str]


def bodies(message):
    """What the mail says, in plain text and in HTML."""
    text, html = text_of(message), html_page(message)
    return [
        Body(text, plain_lines(message), re.findall(r"https?://\S+", text)),
        Body(html_of(message), html.lines, html.addresses),
    ]


def calendar_of(message):
    content = [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_subtype() in ("calendar", "ics")
    ]
    assert len(content) == 2
    assert content[0] == content[1]
    return Calendar.from_ical(content[0])


def addresses_in(message):
    decoded = [part.get_payload(decode=True) or b"" for part in message.walk()]
    headers = [str(value) for _name, value in message.items()]
    calendar = [content.replace(b"\r\n ", b"") for content in decoded]
    found = re.findall(r"[\w.+-]+@[\w.-]+\w", " ".join([*headers, *(one.decode() for one in calendar)]))
    # identities look like addresses
    return {address for address in found if not re.fullmatch(r"[0-9a-f]{32,43}@.*", address)}
