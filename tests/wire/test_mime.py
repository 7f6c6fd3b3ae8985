"""Independent readers of mail see the same tree, addresses and identifiers."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.outbox.composition.sample import FIRST, HEADING, HTML, LAST, TEXT
from tests.wire.corpus import ENTRY, HOSTILE, SESSION
from tests.wire.reading import PERL, POSTAL_MIME
from webinars.invitations.calendar import request_calendar
from webinars.outbox.composition.message import MailHeading, calendar_message
from webinars.words.mail_addresses import Mailbox
from webinars.words.text import wire_line

pytestmark = pytest.mark.reader

QUOTED = re.compile(r'"(.*)"( <[^<>]+>)')
UPDATE = replace(
    HEADING, first_message_id=FIRST, last_message_id=LAST, message_id=f"<{'u' * 120}@example.org>"
)
HEADINGS = {
    "first": HEADING,
    "update": UPDATE,
    "names": replace(
        HEADING,
        sender=Mailbox("Villes, Territoires : Occitanie", HEADING.sender.address),
        recipient=Mailbox("Noël (Ada) <x>, O'Brien", HEADING.recipient.address),
    ),
    **{
        f"hostile {name}": replace(
            UPDATE, subject=" ".join(f"x{text}".split()), recipient=Mailbox(text, HEADING.recipient.address)
        )
        for name, text in HOSTILE.items()
    },
}


def calendar(heading: MailHeading) -> bytes:
    return request_calendar(SESSION, ENTRY, organizer=heading.sender, attendee=heading.recipient)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A message for each heading, in a file."""
    folder = tmp_path_factory.mktemp("messages")
    paths = [folder / f"{number}.eml" for number in range(len(HEADINGS))]
    for path, heading in zip(paths, HEADINGS.values(), strict=True):
        message = calendar_message(heading, text=TEXT, html=HTML, calendar=calendar(heading))
        path.write_bytes(message.as_bytes())
    return paths


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_mime_parser_sees_the_tree_and_every_body(files: list[Path]) -> None:
    read = PERL.read(files)

    trees = {name: answer["tree"] for name, answer in zip(HEADINGS, read, strict=True)}
    assert trees == {name: tree(heading) for name, heading in HEADINGS.items()}
    assert [answer["complaints"] for answer in read] == [[]] * len(files)


def tree(heading: MailHeading) -> list[Any]:
    """The parts of a message with the digests of their bodies."""
    text, html = (digest(f"{body.strip()}\n".encode()) for body in (TEXT, HTML))  # it reads CRLF as LF
    encoded = digest(calendar(heading))
    alternative = [["text/plain", text], ["text/html", html], ["text/calendar", encoded]]
    return ["multipart/mixed", [["multipart/alternative", alternative], ["application/ics", encoded]]]


@pytest.mark.parametrize("name", ["message-id", "in-reply-to", "references", "to", "from", "subject"])
def test_mime_parser_sees_the_headers(files: list[Path], name: str) -> None:
    headers = [answer["headers"].get(name, []) for answer in PERL.read(files)]

    assert [[unquoted(value) for value in values] for values in headers] == [
        expected(heading, name) for heading in HEADINGS.values()
    ]


def unquoted(value: str) -> str:
    """An address header without the quotes around its name."""
    found = QUOTED.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", found[1]) + found[2] if found else value


def expected(heading: MailHeading, name: str) -> list[str]:
    """What the sender meant the header to say."""
    return {
        "message-id": [heading.message_id],
        "in-reply-to": [heading.last_message_id] if heading.last_message_id else [],
        "references": [f"{FIRST} {LAST}"] if heading.last_message_id else [],
        "to": [written(heading.recipient)],
        "from": [written(heading.sender)],
        "subject": [wire_line(heading.subject)],
    }[name]


def written(mailbox: Mailbox) -> str:
    return f"{mailbox.name} <{mailbox.address}>"


def test_postal_mime_sees_the_same_message(files: list[Path]) -> None:
    read = dict(zip(HEADINGS, POSTAL_MIME.read(files), strict=True))

    assert read == {name: understood(heading) for name, heading in HEADINGS.items()}


def understood(heading: MailHeading) -> dict[str, Any]:
    """What a reader should make of the message."""
    encoded = digest(calendar(heading).replace(b"\r\n", b"\n"))  # as postal-mime gives every part
    return {
        "from": address(heading.sender),
        "to": [address(heading.recipient)],
        "subject": wire_line(heading.subject),
        "messageId": heading.message_id,
        "inReplyTo": heading.last_message_id,
        "references": f"{FIRST} {LAST}" if heading.last_message_id else None,
        "text": f"{TEXT.strip()}\n\n",
        "html": f"{HTML.strip()}\n\n",
        "attachments": [["text/calendar", "REQUEST", encoded], ["application/ics", None, encoded]],
    }


def address(mailbox: Mailbox) -> dict[str, str]:
    return {"address": mailbox.address, "name": mailbox.name}
