"""Whether PostgreSQL still answers: every wait for it has an end, and a silent one is asked by one caller at a time."""

import select
import time
from collections.abc import Callable, Generator
from math import ceil
from threading import Lock
from typing import Any, TypeVar

import psycopg
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from config import Settings

REST = 1.0  # seconds between two tries while it is silent
TRIES = 3  # in a row that fail, before what is asked outside a page is given up; a page has no time for more than one
LOOK_EVERY = 0.1
SILENT = "the database is silent"
ENDED = "the connection was ended while it rested"
# ends what waits for a machine that has left the network
TCP = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}

Value = TypeVar("Value")


def limits(seconds: float) -> dict[str, int]:
    """How long libpq waits for a connection and on one, as it is told; the address of the database may say otherwise."""
    return {"connect_timeout": ceil(seconds), **TCP}


class DatabaseState:
    """What all threads of a process know of one database."""

    def __init__(self, patience: float) -> None:
        self.patience = patience  # seconds without a word, before a second connection is tried
        self.open: Callable[[], WatchedConnection]
        self._trying = Lock()
        self._is_silent = False
        self._next_try = 0.0

    def connect(self) -> "WatchedConnection":
        """A new connection; raises OperationalError, at once while others know already that nobody answers."""
        if not self._is_silent:
            return self._opened()
        if time.monotonic() < self._next_try or not self._trying.acquire(blocking=False):
            raise psycopg.OperationalError(SILENT)
        try:
            return self._opened()
        finally:
            self._trying.release()

    def _opened(self) -> "WatchedConnection":
        try:
            opened = self.open()
        except ConnectionTimeout:
            self._next_try = time.monotonic() + REST
            self._is_silent = True
            raise
        self._is_silent = False
        opened.pulse = self
        return opened

    def probe(self) -> bool:
        """Opens a new connection; whether it is answered, be it by a refusal: what takes long on an old one is its question."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return not self._is_silent
        return True


class WatchedConnection(psycopg.Connection[Any]):
    """A connection that is given up when its database falls silent."""

    pulse: DatabaseState
    tries: int = TRIES
    most: float | None = None  # seconds an answer may take, when the server itself ends what takes longer

    def wait(self, gen: Any, interval: float = LOOK_EVERY, timeout: float | None = None) -> Any:
        """What the steps come to; raises OperationalError, and is closed, when nothing is heard any more."""
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, steps: Generator[Any, Any, Value]) -> Generator[Any, Any, Value]:
        began = heard = time.monotonic()
        failed = 0
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if ready:
                    heard, failed = time.monotonic(), 0
                elif time.monotonic() - heard > self.pulse.patience:
                    failed = 0 if self.pulse.probe() else failed + 1
                    heard = time.monotonic()
                    if failed == self.tries or (self.most is not None and heard - began > self.most):
                        self.pgconn.finish()  # whoever keeps this connection sees that it is lost
                        raise psycopg.OperationalError(SILENT)
                wanted = steps.send(ready)
        except StopIteration as end:
            value: Value = end.value
            return value


def watch(engine: Engine, seconds: float) -> None:
    """Has the engine's connections watched: after so many seconds of silence a second one is tried, for as long again."""
    pulse = DatabaseState(seconds)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, args: Any, facts: Any) -> WatchedConnection:
        pulse.open = lambda: WatchedConnection.connect(*args, **limits(seconds) | facts)
        return pulse.connect()

    @event.listens_for(engine, "checkout")
    def _look(raw: WatchedConnection, _record: object, _proxy: object) -> None:
        if raw.closed or _has_heard(raw):
            raise DisconnectionError(ENDED)


def _has_heard(raw: WatchedConnection) -> bool:
    """Whether something came while nothing was asked: a server that ends a connection says so, and need not be asked."""
    ears = select.poll()
    ears.register(raw, select.POLLIN)
    return bool(ears.poll(0))


def limit_questions(engine: Engine, settings: Settings) -> None:
    """Has the server end what takes longer than a page may, or waits so long for a lock, on connections made from now on."""
    question, lock = settings.database_question_seconds, settings.database_lock_seconds
    most = question + settings.database_answer_seconds if question else None

    @event.listens_for(engine, "connect")
    def _limit(raw: WatchedConnection, _record: object) -> None:
        raw.autocommit = True
        raw.execute(f"SET statement_timeout = '{question}s'; SET lock_timeout = '{lock}s'")
        raw.autocommit = False
        raw.tries, raw.most = 1, most

    @event.listens_for(engine, "checkin")
    def _limit_again(raw: WatchedConnection | None, _record: object) -> None:
        if raw is not None:
            raw.most = most


def lift_limit(connection: Connection) -> None:
    """Lets what is asked in this transaction take as long as it takes."""
    raw = connection.connection.driver_connection
    if isinstance(raw, WatchedConnection):
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        raw.most = None
