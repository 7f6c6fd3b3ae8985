"""Mail: how fast it leaves beside bare smtplib, what writing one costs, how long a thousand changes take to queue."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event

from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import NullPool, create_engine, delete, insert, select, update
from sqlalchemy.orm import joinedload

from bench.databases import database_options
from bench.figures import Cost, Figure, Goal, Pair
from bench.http1 import HOST
from bench.seed import sow
from bench.serving import ROOT, free_port
from config import Settings
from webinars import clock, create_app
from webinars.app.letters import WRITERS
from webinars.cycles.models import Cycle, Session
from webinars.invitations.calendar import SessionFacts, request_calendar
from webinars.invitations.models import Invitation
from webinars.outbox import delivery as sending
from webinars.outbox.composition.message import Batch, message_content
from webinars.outbox.delivery import Delivery
from webinars.outbox.identity import bounce_address, domain_of, mail_domain
from webinars.outbox.models import UNSENT, Email, EmailText, MailState
from webinars.outbox.worker import way_out
from webinars.registration.invites import calendar_entries
from webinars.registration.invites.actions import invite, send_update
from webinars.registration.invites.changes import Change
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import invited_to
from webinars.storage.extensions import db

LEASE = timedelta(seconds=600)
AT_ONCE = 500
MILLISECONDS = 1000
FREE: dict[str, object] = {"lease": None, "leased_until": None}
AGAIN = {"state": MailState.QUEUED, "attempts": 0, "sent_at": None, **FREE}


@dataclass(frozen=True, slots=True)
class Load:
    """How much mail is written, sent and queued."""

    written: int
    sent: int
    rounds: int
    queued: int


def measured(url: str, folder: Path, load: Load) -> tuple[list[Figure], list[Cost]]:
    """Everything about mail, on a database of its own."""
    with sink() as port:
        app = mailing_app(url, folder, port)
        with app.app_context():
            upgrade()
            sow(clock.now())
            session = crowd(load.sent)
            costs = writing(load.written)
            figures = leaving(load.sent, load.rounds)
            crowd(load.queued, first=load.sent)
            costs.append(queueing(session, load.queued))
            db.session.remove()
            db.engine.dispose()
    return figures, costs


@contextmanager
def sink() -> Iterator[int]:
    """The port of a mail server that takes everything."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.mail_sink", str(port)], cwd=ROOT)
    try:
        for _attempt in range(200):
            try:
                smtplib.SMTP(HOST, port, timeout=5).quit()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def mailing_app(url: str, folder: Path, port: int) -> Flask:
    """The product, whose mail leaves through the sink."""
    return create_app(
        Settings(
            secret_key="bench " * 8,
            folder=folder,
            database_url=url,
            mail_server=HOST,
            mail_port=port,
            mail_security="none",
            log_level="WARNING",
        )
    )


def crowd(people: int, *, first: int = 0) -> Session:
    """People up to this number in the first session of the bench's cycle, each with a queued invitation."""
    now = clock.now()
    session = db.session.scalars(select(Session).order_by(Session.id).limit(1)).one()
    cycle = db.session.get_one(Cycle, session.cycle_id)
    for start in range(first, people, AT_ONCE):
        numbers = range(start, min(people, start + AT_ONCE))
        db.session.add_all(_person(cycle, number) for number in numbers)
        db.session.flush()
        keys = [f"crowd{number}@town{number % 50}.example.org" for number in numbers]
        ids = db.session.scalars(select(Registrant.id).where(Registrant.email_key.in_(keys))).all()
        rows = [
            {"registrant_id": one, "session_id": session.id, "state": RegistrationState.CONFIRMED}
            for one in ids
        ]
        rows = [row | {"created_at": now, "confirmed_at": now} for row in rows]
        db.session.execute(insert(Registration), rows)
        new = [one for one in invited_to(session) if one.invitation_id is None]
        invite(new, cycle, now=now)
        db.session.commit()
    return session


def _person(cycle: Cycle, number: int) -> Registrant:
    address, now = f"crowd{number}@town{number % 50}.example.org", clock.now()
    return Registrant(
        cycle_id=cycle.id,
        email=address,
        email_key=address,
        first_name="Élodie",
        last_name=f"Lefèvre-Martin {number}",
        created_at=now,
        changed_at=now,
    )


def leaving(mails: int, rounds: int) -> list[Figure]:
    """Invitations through the worker's own path, beside the same bytes sent by bare smtplib on one connection."""
    settings = _settings()
    pairs = []
    _leave(keep_contents=True)
    parcels = [
        (bounce_address(token, mail_domain()), recipient, content or b"")
        for token, recipient, content in db.session.execute(
            select(Email.bounce_token, Email.recipient, Email.content).order_by(Email.id)
        )
    ]
    for _round in range(rounds):
        ours = mails / _leave(keep_contents=settings.mail_keep_days > 0)
        began = time.perf_counter()
        with smtplib.SMTP(HOST, settings.mail_port) as bare:
            for sender, recipient, content in parcels:
                bare.sendmail(sender, [recipient], content)
        pairs.append(Pair(ours, mails / (time.perf_counter() - began)))
    return [Figure("invitations leaving, written and recorded", "a second", Goal(0.45), pairs)]


def _leave(*, keep_contents: bool) -> float:
    """Seconds until every mail has left once more."""
    db.session.execute(delete(EmailText))
    db.session.execute(update(Email).values(AGAIN))
    db.session.commit()
    settings = _settings()
    delivery = Delivery(
        writers=WRITERS,
        transport=way_out(settings),
        lease=LEASE,
        domain=domain_of(settings.mail_from),
        scope=current_app.app_context,
        keep_contents=keep_contents,
    )
    began = time.perf_counter()
    while delivery.work_off(Event()):
        pass
    seconds = time.perf_counter() - began
    delivery.transport.close()
    return seconds


def writing(mails: int) -> list[Cost]:
    """What one invitation costs to write: the whole message with what it is read from, and its calendar alone."""
    emails = list(db.session.scalars(select(Email).where(Email.kind == "invitation").limit(mails)))
    WRITERS["invitation"](emails[0], Batch(emails, clock.now()))  # what is done once
    batches = [emails[first : first + sending.AT_ONCE] for first in range(0, len(emails), sending.AT_ONCE)]
    whole = [_seconds(partial(_write, batch)) / len(batch) for batch in batches]
    session = db.session.scalars(select(Session).order_by(Session.id).limit(1)).one()
    cycle = db.session.scalars(select(Cycle).options(joinedload(Cycle.organisation)).limit(1)).one()
    facts = calendar_entries.session_facts(session, cycle)
    invitations = list(db.session.scalars(select(Invitation).limit(mails)))
    calendars = [_seconds(partial(_calendar, session, cycle, facts, one)) for one in invitations]
    db.session.rollback()
    return [
        Cost("one invitation written, the whole message", "ms of CPU", MILLISECONDS * median(whole), 1.5),
        Cost("its calendar alone", "ms of CPU", MILLISECONDS * median(calendars), 0.1),
    ]


def _write(emails: list[Email]) -> None:
    # as the worker does: rows are read once for a batch, each message is written on its own
    batch = Batch(emails, clock.now())
    for email in emails:
        message_content(WRITERS[email.kind](email, batch), email)


def _calendar(session: Session, cycle: Cycle, facts: SessionFacts, invitation: Invitation) -> bytes:
    link = "https://webinars.example.org/join/" + "x" * 44
    entry = calendar_entries.personal_entry(
        session, cycle, uid=invitation.uid, sequence=0, at=invitation.created_at, join=link
    )
    organizer, attendee = calendar_entries.organizer(invitation), calendar_entries.attendee(invitation)
    return request_calendar(facts, entry, organizer=organizer, attendee=attendee)


def _seconds(work: Callable[[], object]) -> float:
    # of processor: on a shared machine the wall clock measures the others too
    began = time.thread_time()
    work()
    return time.thread_time() - began


def queueing(session: Session, people: int) -> Cost:
    """How long it takes until a moved session has its updates queued."""
    began = time.perf_counter()
    moved = Change(starts_at=session.starts_at, ends_at=session.ends_at)
    told = send_update(session, invited_to(session), what_changed=moved, now=clock.now())
    db.session.commit()
    assert told == people
    return Cost(f"{people:,} updates queued", "s", time.perf_counter() - began, 10.0)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def queue_again(url: str) -> None:
    """Has every invitation of this database leave once more."""
    _set_all(url, AGAIN)


def set_aside(url: str) -> int:
    """Takes what still waits out of the worker's way; says how many mails that were."""
    return _set_all(url, {"state": MailState.SENT, "sent_at": clock.now(), **FREE})


def _set_all(url: str, values: Mapping[str, object]) -> int:
    engine = create_engine(url, poolclass=NullPool, **database_options(url))
    wanted = Email.state.in_(UNSENT) if values["state"] is MailState.SENT else Email.kind == "invitation"
    with engine.begin() as connection:
        if values["state"] is MailState.QUEUED:
            connection.execute(delete(EmailText))
        return connection.execute(update(Email).where(wanted).values(values)).rowcount
