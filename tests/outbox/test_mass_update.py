"""A session with a thousand people moves: a thousand updates, each to one person about one person."""

import re
from base64 import b64encode
from datetime import timedelta
from email.header import Header, decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from tests.actors import NADIA
from tests.conftest import NOW
from tests.outbox.sink import Received
from tests.planning import deeds
from tests.wire.content import read_calendar
from tests.wire.corpus import write
from tests.wire.linter import defects
from tests.wire.reading import CALENDAR_READERS
from webinars.app import letters
from webinars.cycles.models import Session
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email, MailState
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration import queries
from webinars.registration.invites.actions import invite
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

PEOPLE = 1_000
ADDRESS = re.compile(rb"person\d+@town\d+\.example\.org")


@pytest.fixture
def full(session: Session) -> Session:
    """The session with a thousand people whose invitations have left."""
    people = [
        Registrant(
            cycle_id=session.cycle_id,
            email=f"person{number}@town{number}.example.org",
            email_key=f"person{number}@town{number}.example.org",
            first_name=f"Prénom{number}",
            last_name=f"Nom{number}",
            language=("fr", "en")[number % 2],
            created_at=NOW,
            changed_at=NOW,
        )
        for number in range(PEOPLE)
    ]
    db.session.add_all(people)
    db.session.flush()
    rows = [
        {
            "registrant_id": person.id,
            "session_id": session.id,
            "state": RegistrationState.CONFIRMED,
            "created_at": NOW,
            "confirmed_at": NOW,
        }
        for person in people
    ]
    db.session.execute(insert(Registration), rows)
    invite(queries.invited_to(session), session.cycle, now=NOW)
    db.session.execute(update(Email).values(state=MailState.SENT, sent_at=NOW))
    db.session.commit()
    return session


@pytest.fixture
def updates(full, delivery, deliver, sink) -> list[Received]:
    """What the mail server got once the session had moved."""
    delivery.writers = letters.WRITERS
    delivery.ticks = lambda: 0.0  # no batch ends because this machine is slow
    start, end = full.starts_at + timedelta(days=7), full.ends_at + timedelta(days=7)
    assert deeds.edit_session(full, starts_at=start, ends_at=end, now=NOW) == NotifiedCounts(PEOPLE)
    assert updates_actions.send(full, now=NOW) == NotifiedCounts(PEOPLE)
    db.session.commit()
    assert deliver() == PEOPLE
    return sink.received


def calendars_of(message: Message) -> list[bytes]:
    return [
        part.get_payload(decode=True)
        for part in message.walk()
        if part.get_content_type() in ("text/calendar", "application/ics")
    ]


def everything_in(mail: Received, message: Message) -> bytes:
    """All bytes of the message, as they came and decoded, calendars without their folds."""
    bodies = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    headers = [str(make_header(decode_header(value))).encode() for value in message.values()]
    return b"\n".join([mail.content, *headers, *bodies, *(body.replace(b"\r\n ", b"") for body in bodies)])


@pytest.mark.reader
def test_a_thousand_people_hear_of_a_move(updates, sink, tmp_path: Path):
    told = {mail.recipient: mail for mail in updates}
    invited = {one.attendee: one for one in db.session.scalars(select(Invitation))}

    assert (len(updates), told.keys(), sink.connections) == (PEOPLE, invited.keys(), 1)
    calendars = {}
    for address, mail in told.items():
        message = mail.message
        inline, attached = calendars_of(message)
        assert inline == attached
        calendars[address] = inline
        assert set(ADDRESS.findall(everything_in(mail, message))) == {address.encode()}
    assert {address: defects(content) for address, content in calendars.items()} == {
        address: [] for address in invited
    }
    assert {address: said(content) for address, content in calendars.items()} == {
        address: (one.uid, "1", "20260319T100000", f"mailto:{address}", "NEEDS-ACTION")
        for address, one in invited.items()
    }
    read_by_all(dict(list(calendars.items())[:: PEOPLE // 20]), tmp_path)


def said(content: bytes) -> tuple[str | None, ...]:
    [event] = read_calendar(content).children_named("VEVENT")
    names = ("UID", "SEQUENCE", "DTSTART", "ATTENDEE")
    return (*(event.value(name) for name in names), event.parameter("ATTENDEE", "PARTSTAT"))


def read_by_all(calendars: dict[str, bytes], folder: Path) -> None:
    """Independent readers accept those of some people; the others differ by no more than a name and a number."""
    files = write(folder, calendars)
    for name, reader in CALENDAR_READERS.items():
        answers = reader.read(files.values())
        assert (name, [one["complaints"] for one in answers]) == (name, [[]] * len(calendars))


def test_the_search_would_find_somebody_else(add, deliver, sink):
    """Even in a header that is encoded and in a calendar that is folded."""
    add("person1@town1.example.org")
    deliver()
    [mail] = sink.received
    message = mail.message
    message.replace_header("Subject", Header("é person2@town2.example.org", "utf-8").encode())
    message.set_payload(b64encode(b"ATTENDEE:mailto:person3@to\r\n wn3.example.org"))
    message.replace_header("Content-Transfer-Encoding", "base64")

    assert set(ADDRESS.findall(everything_in(mail, message))) == {
        b"person1@town1.example.org",
        b"person2@town2.example.org",
        b"person3@town3.example.org",
    }


def test_few_statements_queue_them_all(full, count_queries):
    before = full.starts_at
    deeds.edit_session(
        full, starts_at=before + timedelta(days=7), ends_at=full.ends_at + timedelta(days=7), now=NOW
    )

    with count_queries() as counted:
        updates_actions.send(full, now=NOW)
        db.session.flush()
    with count_queries() as cancelled:
        assert deeds.cancel_session(full, by=NADIA, now=NOW) == NotifiedCounts(PEOPLE)
        assert updates_actions.send(full, now=NOW) == NotifiedCounts(PEOPLE)
        db.session.flush()
    db.session.execute(update(Email).values(state=MailState.SENT, sent_at=NOW))
    with count_queries() as restored:
        assert deeds.restore_session(full, by=NADIA, now=NOW) == NotifiedCounts(PEOPLE)
        db.session.flush()

    assert counted.count <= 12
    assert cancelled.count <= 28  # the hold and the telling together
    assert restored.count <= 28
