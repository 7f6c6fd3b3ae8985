"""How long somebody who signs up waits while a long report is imported and taken back, in the very process that is asked to."""

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from bench.databases import Databases
from bench.figures import Figure, Goal, Pair
from config import Settings
from webinars import clock, create_app
from webinars.accounts.models import Organisation
from webinars.actors import Actor
from webinars.attendance import queries
from webinars.attendance.imports import actions, child
from webinars.attendance.reports.connections import UNANSWERED
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.registration.identity import Person
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup.actions import sign_up
from webinars.storage.database import Model, public_id
from webinars.storage.extensions import db

AT_ONCE = 2
BENCH = Actor(None, "Bench")
PARIS = ZoneInfo("Europe/Paris")
PART = 1_000
MILLISECONDS = 1000
HEADINGS = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)"


@dataclass(frozen=True, slots=True)
class Length:
    """How long the report is, how long visitors are alone before each deed, how often that is done."""

    lines: int
    alone: float  # seconds
    rounds: int


def measured(databases: Databases, folder: Path, length: Length) -> list[Figure]:
    """The slowest sign-up beside the import of a report, and beside its undoing, each beside the slowest alone."""
    app = create_app(
        Settings(
            secret_key="bench " * 8,
            folder=folder,
            database_url=databases.product,
            log_level="ERROR",
            sign_ups_per_address=1_000_000,
            mails_per_address=1_000_000,
        )
    )
    with _open(app):
        _settle(length.lines)
    gc.collect()
    gc.freeze()  # as the product's supervisor does
    content, numbers, kept = _report(length.lines), count(), list[str]()
    deeds: dict[str, Callable[[], None]] = {
        "read and matched": lambda: kept.append(_read(app, content)),
        "imported": lambda: _import(app, content, kept[-1]),
        "taken back": lambda: _undo(app),
    }
    pairs: dict[str, list[Pair]] = {name: [] for name in deeds}
    for _round in range(length.rounds):
        for name, deed in deeds.items():
            alone = _slowest(app, numbers, lambda: time.sleep(length.alone))
            pairs[name].append(Pair(_slowest(app, numbers, deed), alone))
    return [
        Figure(
            f"slowest sign-up while {length.lines:,} lines are {name}, beside alone",
            "ms",
            Goal(5, at_most=True),
            found,
        )
        for name, found in pairs.items()
    ]


def _slowest(app: Flask, numbers: Iterator[int], meanwhile: Callable[[], None]) -> float:
    """Milliseconds of the slowest sign-up while something else is done; raises what a visitor was refused with."""
    is_over = Event()

    def one_after_the_other() -> list[float]:
        lasted: list[float] = []
        while not lasted or not is_over.is_set():
            began = time.perf_counter()
            with app.app_context():
                _sign_up(app, next(numbers))
            lasted.append(time.perf_counter() - began)
        return lasted

    with ThreadPoolExecutor(AT_ONCE) as pool:
        visitors = [pool.submit(one_after_the_other) for _visitor in range(AT_ONCE)]
        try:
            meanwhile()
        finally:
            is_over.set()
        return MILLISECONDS * max(max(visitor.result()) for visitor in visitors)


def _sign_up(app: Flask, number: int) -> None:
    cycle = db.session.scalars(select(Cycle)).one()
    coming = db.session.scalars(select(Session.public_id).where(Session.slug == "coming")).all()
    person = Person(
        first_name="Élodie",
        last_name="Lefèvre",
        email=f"v{number}@example.net",
        structure_type="COL-COM",
    )
    sign_up(cycle, coming, person, language="fr", settings=app.config["SETTINGS"], now=clock.now())
    db.session.commit()


def _read(app: Flask, content: bytes) -> str:
    """As it is when a report is dropped; the digest it is kept under."""
    settings = app.config["SETTINGS"]
    with app.app_context():
        reading = partial(actions.read_dropped, _over().id, content, settings=settings, now=clock.now())
        return child.done(reading, settings, is_long=len(content) >= child.LONG)


def _import(app: Flask, content: bytes, digest: str) -> None:
    """As it is when the preview is confirmed."""
    settings = app.config["SETTINGS"]
    with app.app_context():
        recording = partial(
            actions.record_previewed,
            _over().id,
            digest,
            content,
            answers=UNANSWERED,
            file_name="zoom.csv",
            settings=settings,
            by=BENCH,
            now=clock.now(),
        )
        child.done(recording, settings, is_long=len(content) >= child.LONG)


def _undo(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    with app.app_context():
        report = queries.reports_of(_over())[0]
        undoing = partial(actions.take_back, _over().id, report.public_id, by=BENCH, now=clock.now())
        child.done(undoing, settings, is_long=queries.count_lines(report) >= child.MANY)


def _over() -> Session:
    wanted = select(Session).where(Session.slug == "over").options(joinedload(Session.cycle))
    return db.session.scalars(wanted).one()


@contextmanager
def _open(app: Flask) -> Iterator[None]:
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield
        db.session.commit()


def _settle(people: int) -> None:
    """A cycle with a session that is over, with so many registered, and one to come."""
    now = clock.now().replace(microsecond=0)
    house = Organisation(
        slug="bench", name="Bench", short_name="CRE", contact="a@example.org", created_at=now
    )
    cycle = Cycle(
        organisation=house,
        slug="c",
        title="Cycle",
        state=CycleState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    db.session.add(_session(cycle, "coming", now + timedelta(days=10), now))
    over = _session(cycle, "over", now.replace(hour=9, minute=0, second=0) - timedelta(days=2), now)
    db.session.add(over)
    db.session.flush()
    for start in range(0, people, PART):
        _register(over, range(start, min(people, start + PART)), now)


def _session(cycle: Cycle, slug: str, starts_at: datetime, now: datetime) -> Session:
    ends_at = starts_at + timedelta(hours=1)
    return Session(
        cycle=cycle,
        slug=slug,
        title=slug,
        day=starts_at.astimezone(PARIS).date(),
        start_time=starts_at.astimezone(PARIS).time(),
        end_time=ends_at.astimezone(PARIS).time(),
        starts_at=starts_at,
        ends_at=ends_at,
        created_at=now,
        changed_at=now,
    )


def _register(session: Session, numbers: range, now: datetime) -> None:
    people = [_person(session.cycle_id, number, now) for number in numbers]
    db.session.execute(insert(Registrant), people)
    names = [person["public_id"] for person in people]
    ids = db.session.scalars(select(Registrant.id).where(Registrant.public_id.in_(names))).all()
    place = {
        "session_id": session.id,
        "state": RegistrationState.CONFIRMED,
        "created_at": now,
        "confirmed_at": now,
    }
    db.session.execute(insert(Registration), [place | {"registrant_id": one} for one in ids])


def _person(cycle_id: int, number: int, now: datetime) -> dict[str, object]:
    name, address = f"{number:05}", f"p{number}@example.org"
    return {
        "public_id": public_id(),
        "cycle_id": cycle_id,
        "first_name": "Noël",
        "last_name": name,
        "folded_name": f"{name} noel",
        "name_key": f"{name} noel",
        "email": address,
        "email_key": address,
        "created_at": now,
        "changed_at": now,
    }


def _report(lines: int) -> bytes:
    """Everybody who registered, an hour each."""
    day = (clock.now() - timedelta(days=2)).date().isoformat()
    rows = [
        f"Noël {number:05},p{number}@example.org,{day} 09:00:00Z,{day} 10:00:00Z,60"
        for number in range(lines)
    ]
    return "\n".join([HEADINGS, *rows]).encode()
