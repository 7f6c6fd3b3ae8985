"""Kills workers at random moments while mail leaves, and says what arrived."""

import os
import secrets
import signal
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

from flask import Flask
from sqlalchemy import create_engine, func, make_url, select, text

from config import Settings
from tests.chaos.sink import SinkProcess
from tests.outbox.conftest import write_note
from tests.outbox.sink import Received
from webinars import clock, create_app
from webinars.outbox.actions import queue
from webinars.outbox.chores import ChoreRound
from webinars.outbox.delivery import Delivery
from webinars.outbox.models import UNSENT, Email, MailState
from webinars.outbox.smtp import MailServer
from webinars.outbox.worker import Worker
from webinars.storage.database import Model
from webinars.storage.extensions import db

LEASE = timedelta(seconds=3)
WAITS = (timedelta(seconds=0.3),) * 200
THREAD = 4  # mails of one UID
WORKERS = 2


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run showed."""

    database: str
    kills: int
    kills_while_mail_left: int
    mails: int
    arrived: int
    refused_for_good: int
    lost: int
    second_copies: int
    unexplained_copies: int  # not the last of its connection: no kill explains it
    changed_copies: int
    out_of_order: int
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether every mail arrived, and no copy is without its reason."""
        return not (self.lost or self.unexplained_copies or self.changed_copies or self.out_of_order)

    def facts(self) -> dict[str, object]:
        """The outcome, for printing."""
        return asdict(self) | {"sound": self.is_sound}


def run(*, kills: int, mails: int, folder: Path, server: str | None) -> Outcome:
    """One run on SQLite, or on a PostgreSQL server."""
    sink = SinkProcess.start()
    app = _instance(folder, server, sink.port)
    _queue_all(app, mails)
    began = time.monotonic()
    effective = _kill(app, kills)
    _wait_for_the_rest(app, began)
    seconds = time.monotonic() - began
    came = sink.finish()
    with app.app_context():
        rows = list(db.session.scalars(select(Email).order_by(Email.id)))
        outcome = _judge(rows, came, kills=kills, effective=effective, seconds=seconds)
        db.session.remove()
        db.engine.dispose()
    if server:
        _on(server, f"DROP DATABASE {make_url(app.config['SETTINGS'].database_url).database} WITH (FORCE)")
    return outcome


def _instance(folder: Path, server: str | None, port: int) -> Flask:
    settings = Settings(
        secret_key="chaos " * 8,
        folder=folder,
        database_url=_fresh_database(server) if server else f"sqlite:///{folder / 'chaos.db'}",
        mail_server="127.0.0.1",
        mail_port=port,
        mail_security="none",
        mail_timeout=1,
        log_level="ERROR",
    )
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return app


def _fresh_database(server: str) -> str:
    name = f"webinars_chaos_{secrets.token_hex(4)}"
    _on(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _on(server: str, statement: str) -> None:
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _queue_all(app: Flask, mails: int) -> None:
    with app.app_context():
        for number in range(mails):
            who = "nobody" if number % 50 == 7 else "grey" if number % 10 == 3 else "person"
            queue(
                "note",
                recipient=f"{who}{number}@town{number % 7}.example",
                language="fr",
                about_id=number,
                purpose=f"chaos:{number}",
                uid=f"{number // THREAD}@example.org",
                sequence=number % THREAD,
                now=clock.now(),
            )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()  # nothing open is shared with the workers


def _work(app: Flask) -> int:
    """A worker in a process of its own, which lives until it is killed."""
    pid = os.fork()
    if pid:
        return pid
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        delivery = Delivery(
            writers={"note": write_note},
            transport=MailServer(settings),
            lease=LEASE,
            waits=WAITS,
            domain="example.org",
            scope=app.app_context,
            at_once=10,
        )
    Worker(app.app_context, delivery, poll=0.05, round=ChoreRound((), settings)).run(Event())
    os._exit(0)


def _kill(app: Flask, kills: int) -> int:
    """Kills and replaces workers; says how many kills fell while mail was waiting."""
    workers = [_work(app) for _number in range(WORKERS)]
    effective = 0
    for _kill in range(kills):
        time.sleep(0.02 + secrets.randbelow(200) / 1000)
        victim = workers.pop(secrets.randbelow(WORKERS))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        effective += _left(app) > 0
        workers.append(_work(app))
    app.extensions["chaos_workers"] = workers
    return effective


def _left(app: Flask) -> int:
    with app.app_context():
        left = db.session.scalar(select(func.count()).where(Email.state.in_(UNSENT)))
        db.session.remove()
        db.engine.dispose()
    return left or 0


def _wait_for_the_rest(app: Flask, began: float) -> None:
    while _left(app) and time.monotonic() - began < 600:
        time.sleep(0.2)
    for worker in app.extensions["chaos_workers"]:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)


def _judge(
    rows: list[Email], came: list[tuple[int, Received]], *, kills: int, effective: int, seconds: float
) -> Outcome:
    copies = Counter(mail.message_id for _connection, mail in came)
    contents = {(mail.message_id, mail.content) for _connection, mail in came}
    arrivals: dict[str, list[int]] = {}
    by_connection: dict[int, list[int]] = {}
    for position, (connection, mail) in enumerate(came):
        arrivals.setdefault(mail.message_id, []).append(position)
        by_connection.setdefault(connection, []).append(position)
    # what was answered and not kept when the worker was killed: the last of its connection
    at_risk = {positions[-1] for positions in by_connection.values()}
    unexplained = sum(
        position not in at_risk for positions in arrivals.values() for position in positions[:-1]
    )
    failed = [row for row in rows if row.state is MailState.FAILED and row.recipient.startswith("nobody")]
    return Outcome(
        database=db.engine.dialect.name,
        kills=kills,
        kills_while_mail_left=effective,
        mails=len(rows),
        arrived=len(copies),
        refused_for_good=len(failed),
        lost=len(rows) - len(copies) - len(failed),
        second_copies=copies.total() - len(copies),
        unexplained_copies=unexplained,
        changed_copies=len(contents) - len(copies),
        out_of_order=_out_of_order(rows, arrivals),
        seconds=round(seconds, 1),
    )


def _out_of_order(rows: list[Email], arrivals: dict[str, list[int]]) -> int:
    """How many mails came in before an earlier one of their UID had."""
    latest: dict[str | None, int] = {}
    wrong = 0
    for row in rows:
        positions = arrivals.get(row.message_id)
        if positions:
            wrong += positions[0] < latest.get(row.uid, -1)
            latest[row.uid] = max(positions)
    return wrong
