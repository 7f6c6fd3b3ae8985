"""What an instance with 200,000 registrations costs: pages of a small cycle beside those of an instance of its own, and a large export."""

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.databases import Databases
from bench.figures import Figure, Goal, Pair
from bench.neighbours import FIRST, add_neighbours, analyse
from config import Settings
from webinars import clock, create_app
from webinars.accounts.browser_sessions import new_browser_session
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.capitalisation.export import participants_csv
from webinars.capitalisation.queries import participants
from webinars.storage.database import Model
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint

LARGEST = FIRST + 300  # the cycle whose participants are exported
SHOWN = {"org": "bench", "slug": f"voisin-{FIRST}", "session_slug": "rencontre-0"}
JOINED = text(
    "SELECT session.slug, registrant.public_id, registrant.last_name, registrant.first_name, registrant.email,"
    " registrant.structure, registrant.structure_type, registrant.function, registrant.department,"
    " registration.state, attendance.conclusion, attendance.seconds, attendance.match"
    " FROM session JOIN registration ON registration.session_id = session.id"
    " JOIN registrant ON registrant.id = registration.registrant_id"
    " LEFT JOIN attendance ON attendance.session_id = session.id AND attendance.registrant_id = registrant.id"
    " WHERE session.cycle_id = :cycle ORDER BY session.starts_at, registrant.folded_name"
)
LEAST = 20  # pages of a cycle and its sessions
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How many other cycles there are, how many people are in the largest, how often each page is opened."""

    cycles: int
    people: int
    rounds: int


def measured(databases: Databases, folder: Path, neighbourhood: Neighbourhood) -> list[Figure]:
    """Pages and export, on the product's database made large and on the bare one's with its small cycle alone."""
    large, alone = _app(databases.product, folder / "large"), _app(databases.bare, folder / "alone")
    with _open(alone):
        _settle()
        analyse()
    with _open(large):
        _settle()
        house = db.session.get_one(Organisation, 1)
        add_neighbours(house, cycles=neighbourhood.cycles, people=200, first=1)
        add_neighbours(house, cycles=1, people=neighbourhood.people, first=LARGEST - FIRST)
        analyse()
    # what the server does is in no clock of this process: the time that is waited for it is
    timed = time.process_time if databases.kind == "sqlite" else time.perf_counter
    figures = _pages(large, alone, neighbourhood.rounds, timed)
    with _open(large):
        return [*figures, *_exports(neighbourhood.rounds, timed)]


def _app(url: str, folder: Path) -> Flask:
    folder.mkdir()
    return create_app(Settings(secret_key="bench " * 8, folder=folder, database_url=url, log_level="ERROR"))


@contextmanager
def _open(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def _settle() -> None:
    """An organisation, who works there, and a cycle of fifty people."""
    now = clock.now()
    Model.metadata.create_all(db.engine)
    house = Organisation(
        slug="bench", name="Bench", short_name="CRE", contact="a@example.org", created_at=now
    )
    nadia = Organiser(email="nadia@example.org", email_key="nadia@example.org", name="Nadia", created_at=now)
    db.session.add_all([house, nadia])
    db.session.add(Membership(organisation=house, organiser=nadia, role=Role.ADMINISTRATOR, created_at=now))
    db.session.commit()
    add_neighbours(house, cycles=1, people=50)


def _pages(large: Flask, alone: Flask, rounds: int, timed: Clock) -> list[Figure]:
    """What each page of the small cycle costs beside the others, as a share of what it costs alone: all, and the dearest."""
    ours, bare = _signed_in(large), _signed_in(alone)
    found = []
    for address in _addresses(large):
        if {ours.get(address).status_code, bare.get(address).status_code} != {200}:
            continue  # what is not shown of this cycle as it stands; it is warm otherwise
        pairs = [
            Pair(_milliseconds(ours, address, timed), _milliseconds(bare, address, timed))
            for _round in range(rounds)
        ]
        found.append(Figure(address, "ms", Goal(1.5, at_most=True), pairs))
    dearest = max(found, key=lambda figure: figure.ratio)
    sums = [
        Pair(sum(one.pairs[number].ours for one in found), sum(one.pairs[number].bare for one in found))
        for number in range(rounds)
    ]
    if len(found) < LEAST:
        raise RuntimeError(f"only {len(found)} pages were shown")
    every = f"{len(found)} pages of a small cycle among others, beside alone"
    last = f"of these the one that differs most ({dearest.name.removeprefix('/organise/bench/cycles/')})"
    return [
        Figure(every, "ms", Goal(1.5, at_most=True), sums),
        Figure(last, "ms", dearest.goal, dearest.pairs),
    ]


def _signed_in(app: Flask) -> FlaskClient:
    with app.app_context():
        identifier = new_browser_session(db.session.get_one(Organiser, 1), now=clock.now(), agent="bench")
        db.session.commit()
    client = app.test_client()
    client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), identifier)
    return client


def _addresses(app: Flask) -> list[str]:
    """Every page and file an organiser opens of a cycle or of one of its sessions."""
    adapter = app.url_map.bind("localhost")
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and "slug" in rule.arguments <= set(SHOWN)
        and isinstance(app.blueprints.get(rule.endpoint.rpartition(".")[0]), OrganiserBlueprint)
    ]
    return sorted(
        adapter.build(rule.endpoint, {name: SHOWN[name] for name in rule.arguments}) for rule in rules
    )


def _milliseconds(client: FlaskClient, address: str, timed: Clock) -> float:
    began = timed()
    answer = client.get(address)
    answer.get_data()
    took = 1000 * (timed() - began)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status} {address}")
    return took


def _exports(rounds: int, timed: Clock) -> list[Figure]:
    """The file of participants, beside the csv module on rows that are ready, and beside a joined query written with it."""
    ready = [tuple(row) for lot in participants(LARGEST) for row in lot]
    lines = f"participants.csv of {len(ready):,} lines"
    against: dict[str, list[Pair]] = {"rows that are ready": [], "a joined query": []}
    for _round in range(rounds):
        ours = _seconds(lambda: sum(map(len, participants_csv(LARGEST))), timed)
        against["rows that are ready"].append(Pair(ours, _seconds(lambda: _write(ready), timed)))
        against["a joined query"].append(
            Pair(ours, _seconds(lambda: _write(db.session.execute(JOINED, {"cycle": LARGEST})), timed))
        )
    return [
        Figure(f"{lines}, beside csv on {name}", "s", Goal(3, at_most=True), pairs)
        for name, pairs in against.items()
    ]


def _write(rows: object) -> int:
    line = io.StringIO()
    csv.writer(line, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)  # type: ignore[arg-type]
    return line.tell()


def _seconds(act: Callable[[], object], timed: Clock) -> float:
    db.session.rollback()
    began = timed()
    act()
    return timed() - began
