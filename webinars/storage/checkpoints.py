"""SQLite's write-ahead log: one process of an instance puts it back into the database.

By specification/security, rule 18.
"""

import fcntl
import logging
import os
import time
from pathlib import Path
from threading import Event, Thread

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from webinars.storage.database import engine_words
from webinars.storage.extensions import db

log = logging.getLogger("webinars")

EVERY = 5.0  # seconds between two looks
REGULARLY = 60.0  # seconds after which a short log is put back too
GROWN = 4 * 1024 * 1024
TOO_LONG = (
    64 * 1024 * 1024
)  # readers kept it from starting again: they are waited for, and writers wait meanwhile
MOMENT = 200  # milliseconds they are waited for


class Keeper:
    """Puts the log back while it owns that work; of several in any processes one does, the next when it is gone."""

    def __init__(self, engine: Engine, database: Path) -> None:
        self.engine = engine
        self.log_file = database.with_name(f"{database.name}-wal")
        self.claim = os.open(database.with_name(f"{database.name}-keeper"), os.O_CREAT | os.O_RDWR, 0o600)
        self.stop = Event()
        self.thread: Thread | None = None
        self.done_at = time.monotonic()

    def start(self) -> None:
        """Looks again and again, beside whatever else this process does."""
        self.thread = Thread(target=self._run, name="checkpoints", daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Leaves the work to whoever comes next."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join()
        os.close(self.claim)

    def look(self) -> bool:
        """Puts the log back when it is ours to do and has grown, or was not put back for a while; says whether it did."""
        if not self._is_owner():
            return False
        length = self.log_file.stat().st_size if self.log_file.exists() else 0
        if not length or (length < GROWN and time.monotonic() - self.done_at < REGULARLY):
            return False
        self.done_at = time.monotonic()
        self._put_back("PASSIVE" if length < TOO_LONG else "TRUNCATE")
        return True

    def _run(self) -> None:
        while not self.stop.wait(EVERY):
            try:
                self.look()
            except (OSError, SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error) as error:
                log.error(  # noqa: TRY400 — the engine's words say it, a trace every five seconds would not
                    "log not put back", extra={"facts": {"error": engine_words(error)}}
                )

    def _is_owner(self) -> bool:
        try:
            fcntl.flock(self.claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _put_back(self, mode: str) -> None:
        raw = self.engine.raw_connection()
        try:
            cursor = raw.cursor()
            (agreed,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout={MOMENT}")
            try:
                cursor.execute(f"PRAGMA wal_checkpoint({mode})")  # raises where the disk is full or fails
                is_busy, _length, _moved = cursor.fetchone() or (1, 0, 0)
            finally:
                cursor.execute(f"PRAGMA busy_timeout={agreed}")
        finally:
            raw.close()
        if is_busy and mode == "TRUNCATE":
            log.warning("log stays long: somebody reads for a long time")


def keep_log_short(app: Flask) -> Keeper | None:
    """Starts a keeper in this process where the database is a SQLite file."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    keeper = Keeper(engine, Path(str(engine.url.database)))
    keeper.start()
    return keeper
