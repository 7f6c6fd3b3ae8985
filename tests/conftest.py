"""The cast, on a real database, with the outbox as evidence."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from config import ROOT, Settings
from tests import chromium
from tests.accounts.signed_in import Browser, sign_in
from tests.cycles.published import published_cycle
from tests.requirements import ENGINE, answering_server, fresh_database, need
from webinars import create_app
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.cycles.models import Cycle, Session
from webinars.outbox.models import Email
from webinars.storage.database import Model
from webinars.storage.extensions import db
from webinars.web.logs import log

# no test measures time: a busy machine is not a fault
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")

SECONDS = 2.0
EXCUSED = {"browser", "reader", "full", "slow"}
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a secret of the test suite, long enough to be one"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compiles the catalogue when it is newer than what was compiled."""
    source = ROOT / "translations/fr/LC_MESSAGES/messages.po"
    compiled = source.with_suffix(".mo")
    if source.exists() and (not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime):
        pybabel = Path(sys.executable).parent / "pybabel"
        subprocess.run([pybabel, "-q", "compile", "-d", ROOT / "translations", "-l", "fr"], check=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Names slow tests that say no reason, and how this order is had again; also when pytest is quiet."""
    for report in terminalreporter.getreports("passed"):
        if report.duration > SECONDS and report.when == "call" and not EXCUSED & report.keywords.keys():
            told = f"{report.duration:.1f} seconds, and no pytest.mark.slow says why: {report.nodeid}"
            terminalreporter.write_line(told)
    seed = config.getoption("randomly_seed", default=None)
    if seed is not None:
        terminalreporter.write_line(f"in this order again: --randomly-seed={seed}")


def database_url(folder: Path, worker: str) -> str:
    if os.environ.get(ENGINE) != "postgresql":
        return f"sqlite:///{folder / 'test.db'}"
    server = answering_server()
    assert server, "no PostgreSQL server answers"
    return fresh_database(server, f"webinars_test_{worker}")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's chromium, one for the run."""
    need(chromium.installed(), "chromium")
    with chromium.running() as browser:
        yield browser


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("webinars")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return Settings(
        secret_key=SECRET,
        public_url="http://localhost",
        trusted_hosts=("localhost",),
        folder=folder,
        database_url=database_url(folder, worker),
        mail_from="webinaires@example.org",
        page_seconds=0,
        form_min_seconds=0,
        log_level="WARNING",
        sign_ups_per_hour=1_000_000,
        sign_ups_per_address=1_000_000,
        mails_per_address=1_000_000,
    )


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Iterator[Flask]:
    """One application for the run, its tables made from the models."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask, settings: Settings) -> Iterator[Flask]:
    """The application on an empty database, in an application context; what a test changes of its configuration ends."""
    configuration = dict(whole_app.config)
    log.setLevel(settings.log_level)  # another application of this process may have set its own
    with whole_app.app_context():
        yield whole_app
        db.session.rollback()
        for table in reversed(Model.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.remove()
    whole_app.config.clear()
    whole_app.config.update(configuration)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def organisation(app: Flask) -> Organisation:
    organisation = Organisation(
        slug="vto",
        name="Villes et Territoires Occitanie",
        short_name="VTO",
        contact="contact@vto.example.org",
        created_at=NOW,
    )
    db.session.add(organisation)
    db.session.commit()
    return organisation


@pytest.fixture
def nadia(organisation: Organisation) -> Organiser:
    """Administrator of the organisation."""
    return _member(organisation, "Nadia Benali", "nadia@vto.example.org", Role.ADMINISTRATOR)


@pytest.fixture
def otto(organisation: Organisation) -> Organiser:
    """Organiser in the organisation, not its administrator."""
    return _member(organisation, "Otto Weiss", "otto@vto.example.org", Role.ORGANISER)


def _member(organisation: Organisation, name: str, email: str, role: Role) -> Organiser:
    organiser = Organiser(name=name, email=email, email_key=email, password_hash=None, created_at=NOW)
    db.session.add(organiser)
    db.session.add(Membership(organisation=organisation, organiser=organiser, role=role, created_at=NOW))
    db.session.commit()
    return organiser


@pytest.fixture
def desk(app: Flask, nadia: Organiser) -> FlaskClient:
    """A browser in which Nadia is signed in."""
    return sign_in(app.test_client(), nadia)


@pytest.fixture
def cycle(organisation: Organisation) -> Cycle:
    """A published cycle without sessions."""
    title = "Agir sur l’emploi dans les quartiers prioritaires"
    return published_cycle(organisation, "emploi", title, now=NOW)


@pytest.fixture
def add_session(app: Flask) -> Callable[..., Session]:
    """Adds a session to a cycle: `add_session(cycle, "Title", days=10, capacity=2)`."""

    def add(cycle: Cycle, title: str = "Achats responsables", *, days: int = 10, **facts: object) -> Session:
        zone = cycle.zone
        day = (NOW + timedelta(days=days)).astimezone(zone).date()
        start = datetime.combine(day, time(10), zone)
        values: dict[str, object] = {
            "slug": title.lower().replace(" ", "-"),
            "title": title,
            "day": day,
            "start_time": time(10),
            "end_time": time(11, 30),
            "starts_at": start,
            "ends_at": start + timedelta(minutes=90),
            "join_url": "https://video.example.org/room",
            "created_at": NOW,
            "changed_at": NOW,
        }
        session = Session(cycle=cycle, **{**values, **facts})
        db.session.add(session)
        db.session.commit()
        return session

    return add


@pytest.fixture
def session(cycle: Cycle, add_session: Callable[..., Session]) -> Session:
    """One session ten days ahead, without a limit of seats."""
    return add_session(cycle)


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[Email]]:
    """Every mail that waits or went, oldest first."""
    return lambda: list(db.session.scalars(select(Email).order_by(Email.id)))


class Counted:
    """How many statements reached the database."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def count(self) -> int:
        return len(self.statements)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Counted]]:
    """Counts statements: `with count_queries() as counted: …`, then `counted.count`."""

    @contextmanager
    def count() -> Iterator[Counted]:
        counted = Counted()

        def keep(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            counted.statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", keep)
        try:
            yield counted
        finally:
            event.remove(db.engine, "before_cursor_execute", keep)

    return count
