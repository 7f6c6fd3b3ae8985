"""Workers on several machines, called through Procrastinate: the same work, and the rows stay the truth."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, make_url, select, text

from config import ROOT, Settings, WrongSetting, read_settings
from tests.conftest import SECRET
from tests.cycles.published import published_cycle
from tests.loops import awaited
from tests.outbox.sink import Sink, listening
from tests.processes import environment, make_tables
from tests.registration.signing_up import sign_up
from tests.requirements import answering_server, fresh_database, need
from webinars import clock, create_app
from webinars.accounts.models import Organisation
from webinars.app.diagnosis.doctor import examine
from webinars.cycles.models import Cycle, Session
from webinars.outbox.actions import queue
from webinars.outbox.carrier import prepare
from webinars.outbox.engine import Engine
from webinars.outbox.models import UNSENT, Email
from webinars.registration.identity import Person
from webinars.storage.extensions import db

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.slow("workers are processes of their own, each of which imports everything"),
]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening(Sink(slow=0.01)) as sink:
        yield sink


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="module")
def server() -> str:
    found = answering_server()
    need(found, "a PostgreSQL server")
    return str(found)


@pytest.fixture(scope="module")
def prepared(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with our tables and the carrier's, which others are copied from."""
    url = fresh_database(server, f"webinars_prepared_{WORKER}")
    folder = tmp_path_factory.mktemp("prepared")
    settings = Settings(secret_key=SECRET, folder=folder, database_url=url, job_carrier="procrastinate")
    app = create_app(settings)
    with app.app_context():
        make_tables(db.engine)
        prepare(settings)
        db.engine.dispose()
    return str(make_url(url).database)


@pytest.fixture
def settings(tmp_path: Path, sink: Sink, server: str, prepared: str) -> Settings:
    return Settings(
        secret_key=SECRET,
        public_url="http://localhost",
        trusted_hosts=("localhost",),
        folder=tmp_path,
        database_url=fresh_database(server, f"webinars_carrier_{WORKER}", like=prepared),
        job_carrier="procrastinate",
        job_threads=2,
        mail_server="127.0.0.1",
        mail_port=sink.port,
        mail_security="none",
        mail_timeout=2,
        mail_lease_seconds=5,
        sign_ups_per_address=1_000_000,
        mails_per_address=1_000_000,
        log_level="ERROR",
    )


@pytest.fixture
def carried(settings: Settings) -> Iterator[Flask]:
    """An application whose mail calls workers, on an empty database with the carrier's tables."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(carried: Flask) -> Session:
    now = clock.now()
    organisation = Organisation(
        slug="vto", name="VTO", short_name="VTO", contact="contact@vto.example.org", created_at=now
    )
    cycle = published_cycle(organisation, "emploi", now=now)
    starts_at = (now + timedelta(days=10)).replace(minute=0, second=0, microsecond=0)
    session = Session(
        cycle=cycle, slug="achats", title="Achats", timezone="Europe/Paris", created_at=now, changed_at=now
    )
    session.move(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), now=now)
    db.session.add(session)
    db.session.commit()
    return session


@pytest.fixture
def start(settings: Settings) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts one more `flask worker`, as another machine would."""
    names = ("secret_key", "public_url", "database_url", "job_carrier", "job_threads", "mail_server")
    names += ("mail_port", "mail_security", "mail_timeout", "mail_lease_seconds", "log_level", "folder")
    ours = environment({f"WEBINARS_{name.upper()}": str(getattr(settings, name)) for name in names})
    running: list[subprocess.Popen[bytes]] = []

    def start_one() -> "subprocess.Popen[bytes]":
        flask = str(Path(sys.executable).parent / "flask")
        running.append(subprocess.Popen([flask, "worker"], cwd=ROOT, env=ours, stdout=subprocess.DEVNULL))
        return running[-1]

    yield start_one
    for process in running:
        process.kill()
        process.wait()


def sign_all_up(session: Session, people: int, first: int = 0) -> None:
    """One transaction each, as visitors do."""
    cycle = db.session.get_one(Cycle, session.cycle_id)
    for number in range(first, first + people):
        person = Person(
            first_name="Ada",
            last_name=f"Nr {number}",
            email=f"ada{number}@town{number % 5}.example.org",
            structure_type="COL-COM",
        )
        sign_up(cycle, [session.public_id], person, language="fr", now=clock.now())
        db.session.commit()


def jobs() -> int:
    number = db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0
    db.session.rollback()
    return number


def is_worked_off(seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        left = db.session.scalar(select(func.count(Email.id)).where(Email.state.in_(UNSENT)))
        db.session.rollback()
        if not left:
            return True
        time.sleep(0.1)
    return False


def are_all_called(seconds: float = 30) -> bool:
    """Whether no call is left within this time; the last ones find nothing to do."""
    until = time.monotonic() + seconds
    while jobs() and time.monotonic() < until:
        time.sleep(0.1)
    return jobs() == 0


def test_a_transaction_calls_workers_once_and_undone_work_calls_nobody(carried, session):
    sign_all_up(session, 1)
    assert jobs() == 1

    sign_up(
        db.session.get_one(Cycle, session.cycle_id),
        [session.public_id],
        Person(first_name="Bela", last_name="B", email="bela@choir.example.org"),
        language="fr",
        now=clock.now(),
    )
    db.session.rollback()
    assert jobs() == 1


def test_whoever_signs_up_again_calls_workers_though_what_was_rehearsed_is_undone(carried, session):
    sign_all_up(session, 1)
    sign_all_up(session, 1)
    assert jobs() == 2


def test_a_step_within_a_transaction_calls_workers_no_second_time(carried, session):
    def queue_one(number: int) -> None:
        facts = {"recipient": "ada@town.example.org", "language": "fr", "about_id": 1}
        queue("note", purpose=f"note:{number}", now=clock.now(), **facts)

    queue_one(1)
    with db.session.begin_nested():
        queue_one(2)
    queue_one(3)
    db.session.commit()
    assert jobs() == 1


def test_two_machines_send_each_mail_once_and_stop_when_told(session, sink, start):
    workers = [start(), start()]
    sign_all_up(session, 60)

    assert is_worked_off()
    assert len(sink.received) == 120
    assert set(Counter(mail.message_id for mail in sink.received).values()) == {1}
    assert are_all_called()
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(15) for worker in workers] == [0, 0]


def test_a_mass_mailing_calls_one_worker_after_the_other(session, sink, start):
    sign_all_up(session, 60)
    db.session.execute(text("DELETE FROM procrastinate_jobs"))
    db.session.commit()
    start()

    assert is_worked_off()
    assert sink.connections >= 2  # two threads, each with a connection of its own


def test_losing_everything_the_carrier_keeps_loses_nothing(session, sink, start):
    sign_all_up(session, 5)
    db.session.execute(text("TRUNCATE procrastinate_jobs CASCADE"))
    db.session.commit()
    start()

    assert is_worked_off()
    assert len(sink.received) == 10


def test_a_machine_that_dies_leaves_its_mail_to_the_others(session, sink, start):
    sink.slow = 0.05
    dying = start()
    sign_all_up(session, 40)
    until = time.monotonic() + 30
    while not sink.received and time.monotonic() < until:
        time.sleep(0.01)
    dying.kill()
    start()

    assert is_worked_off()
    copies = Counter(mail.message_id for mail in sink.received)
    assert len(copies) == 80
    # two threads were cut off, each may have been between the server's answer and its record
    assert sum(copies.values()) - 80 <= 2


def test_a_stalled_job_of_which_another_waits_keeps_no_other_stalled(carried, settings):
    """The first of them cannot be given on: its kind may wait once."""

    def waits(task: str, lock: str | None, status: str) -> None:
        db.session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status)"
                " VALUES ('mail', :task, :lock, CAST(:status AS procrastinate_job_status))"
            ),
            {"task": task, "lock": lock, "status": status},
        )

    waits("sweep", "sweep", "doing")
    waits("deliver", None, "doing")
    waits("sweep", "sweep", "todo")
    db.session.commit()
    engine = Engine(carried, settings, {}, (), show=lambda _sign: None)

    async def revive() -> None:
        async with engine.carried.open_async():
            await engine.revive(0)

    awaited(revive())
    found = db.session.execute(text("SELECT task_name, status FROM procrastinate_jobs ORDER BY id")).all()
    assert [tuple(row) for row in found] == [("deliver", "todo"), ("sweep", "todo")]


def test_without_the_tables_of_the_carrier_people_sign_up_all_the_same(session, sink, start):
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE procrastinate_jobs CASCADE"))
    sign_all_up(session, 1)

    assert db.session.scalar(select(func.count(Email.id))) == 2


@pytest.mark.parametrize("database", ["", "sqlite:///here.db"])
def test_a_carrier_without_postgresql_is_refused_at_the_start(tmp_path, database):
    asked = environment({"WEBINARS_JOB_CARRIER": "procrastinate", "WEBINARS_FOLDER": str(tmp_path)})

    with pytest.raises(WrongSetting, match="WEBINARS_JOB_CARRIER"):
        read_settings(asked | {"WEBINARS_DATABASE_URL": database})


def test_the_doctor_says_when_the_tables_of_the_carrier_are_missing(
    carried: Flask, settings: Settings
) -> None:
    def told() -> list[str]:
        return [one.problem for one in examine(settings, deploy=False) if one.what == "workers called"]

    prepared = told()
    db.session.execute(text("ALTER TABLE procrastinate_jobs RENAME TO gone"))
    db.session.commit()

    assert prepared == [""]
    assert "flask outbox prepare" in told()[0]
