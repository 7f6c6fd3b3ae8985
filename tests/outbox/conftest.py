"""Mail to send, a server that takes it, and a clock that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from config import Settings
from tests.conftest import NOW
from tests.outbox.sink import Sink, listening
from webinars.outbox.actions import queue
from webinars.outbox.composition.message import Batch
from webinars.outbox.delivery import Delivery
from webinars.outbox.models import Email
from webinars.outbox.smtp import MailServer
from webinars.outbox.transport import Transport
from webinars.storage.extensions import db


def write_note(email: Email, _batch: Batch) -> EmailMessage:
    """A short mail."""
    message = EmailMessage()
    message["From"] = "webinaires@example.org"
    message["To"] = email.recipient
    message["Subject"] = f"Note {email.about_id}"
    message["Message-ID"] = email.message_id
    message.set_content("Hello.\n.\nA line that was a point.\n")
    return message


WRITERS = {"note": write_note}
PEOPLE = ["ada@town.fr", "bela@city.fr", "cleo@dept.fr", "dora@region.fr"]


@pytest.fixture
def add(app: Flask) -> Callable[..., Email]:
    """Queues one mail and commits: `add("ada@town.fr", uid="x@example.org")`."""
    count = 0

    def add(recipient: str = "ada@town.fr", *, kind: str = "note", **facts: object) -> Email:
        nonlocal count
        count += 1
        facts = {"now": NOW, "purpose": f"{kind}:{count}", "about_id": count, "language": "fr", **facts}
        email = queue(kind, recipient=recipient, **facts)
        db.session.commit()
        return email

    return add


@pytest.fixture
def refuse(app: Flask) -> Iterator[Callable[..., None]]:
    """Has the database refuse what a predicate says of a statement: `refuse(lambda statement: …, OperationalError)`."""
    rules: list[tuple[Callable[[str], bool], type[DBAPIError]]] = []

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        for is_refused, error in rules:
            if is_refused(statement):
                raise error(statement, {}, Exception("refused"))

    event.listen(db.engine, "before_cursor_execute", look)
    yield lambda is_refused, error: rules.append((is_refused, error))
    event.remove(db.engine, "before_cursor_execute", look)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes everything, until told otherwise."""
    with listening(Sink()) as sink:
        yield sink


@pytest.fixture
def server(app: Flask, settings: Settings, sink: Sink) -> Iterator[MailServer]:
    """The way to the sink."""
    server = way_to(sink.port, settings)
    yield server
    server.close()


def way_to(port: int, settings: Settings, **changes: object) -> MailServer:
    """A connection to a server on loopback, made when it is needed."""
    changes = {
        "mail_server": "127.0.0.1",
        "mail_port": port,
        "mail_security": "none",
        "mail_timeout": 5,
        **changes,
    }
    return MailServer(replace(settings, **changes))


def at_port(server: MailServer, port: int) -> None:
    """From its next connection on, the server is looked for there."""
    server.mail.port = port


class Watch:
    """A clock that moves when told."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def delivery(app: Flask, server: MailServer, watch: Watch) -> Delivery:
    """Delivery to the sink."""
    return delivery_to(server, app, now=watch)


def delivery_to(transport: Transport, app: Flask, **changes: object) -> Delivery:
    """Delivery of notes by this way, under our test domain."""
    facts = {"writers": WRITERS, "lease": timedelta(seconds=60), "domain": "example.org"}
    return Delivery(transport=transport, scope=app.app_context, **{**facts, **changes})


@pytest.fixture
def deliver(delivery: Delivery) -> Callable[[], int]:
    """Works off everything that is due; says how many rows were taken."""

    def deliver() -> int:
        worked = 0
        db.session.rollback()  # what the test looked at holds no lock
        while taken := delivery.work_off(Event()):
            worked += taken
        db.session.expire_all()
        return worked

    return deliver
