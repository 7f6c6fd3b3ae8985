"""The model base, the UTC column, and how each engine is opened."""

import enum
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from sqlalchemy import JSON, Engine, Enum, MetaData, String, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import DateTime, TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# the first releases without the rare corruption of WAL databases
SOUND_SQLITE = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
LOCK_SECONDS = 5.0
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "mmap_size=0",
    # `checkpoints` puts the log back long before; where nobody does, writers do it from 80 MB on
    "wal_autocheckpoint=20000",
)

FOLDED_LIMIT = 300
# folded text, compared sign by sign: the same order on every engine, whatever its language
FOLDED = String(FOLDED_LIMIT).with_variant(String(FOLDED_LIMIT, collation="C"), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The instant, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime(),
        enum.StrEnum: Enum(
            enum.StrEnum,
            native_enum=False,
            length=24,
            values_callable=lambda states: [state.value for state in states],
        ),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[Any]: JSON(),
        str: String(),
    }


def is_taken_key(error: IntegrityError) -> bool:
    """Whether a value that may stand once was already there."""
    return getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint failed" in str(error.orig)


def is_trouble(error: BaseException) -> bool:
    """Whether the database, the disk, the network or memory failed: nothing that was being done is to blame for it."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (_is_away(error) and not _is_too_much(error))
    # a template that is missing is a file, too, but no disk failed
    is_of_machine = isinstance(error, OSError) and not isinstance(error, LookupError)
    return is_of_machine or isinstance(error, PoolTimeout | MemoryError)


def _is_away(error: DBAPIError) -> bool:
    read_only = getattr(error.orig, "sqlstate", "") == "25006"  # another server takes over
    return read_only or isinstance(error, OperationalError | InterfaceError)


def _is_too_much(error: DBAPIError) -> bool:
    """Whether the statement itself asks for more than the engine can do."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith("54") or str(error.orig).startswith("too many ")


def inserting(model: type[Model], dialect: str) -> postgresql.Insert | sqlite.Insert:
    """A statement that adds rows and may say what becomes of those that are there already, as the engine words it."""
    table: Any = model.__table__
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def public_id() -> str:
    """An outward identifier nobody can guess: some 96 random bits in 16 signs, the first a letter or a digit.

    A table that begins a cell with - takes it for a formula.
    """
    while not (drawn := secrets.token_urlsafe(12))[0].isalnum():
        pass
    return drawn


def sqlite_module() -> ModuleType:
    """The SQLite to use: Python's own when it is sound, else the newer one that comes as a package."""
    version = sqlite3.sqlite_version_info
    if version[:2] > (3, 51) or version[2] >= SOUND_SQLITE.get(version[:2], 1_000):
        return sqlite3
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]


# what the present unit of work does to SQLite: writers queue before they read
_begin: ContextVar[str] = ContextVar("sqlite_begin", default="IMMEDIATE")


@contextmanager
def only_reading() -> Iterator[None]:
    """Transactions begun inside take no write lock on SQLite."""
    token = _begin.set("DEFERRED")
    try:
        yield
    finally:
        _begin.reset(token)


def read_only(*, only: bool) -> None:
    """Says for the rest of this context whether its transactions only read."""
    _begin.set("DEFERRED" if only else "IMMEDIATE")


def open_sqlite_as_agreed(engine: Engine) -> None:
    """Opens each connection in WAL with full sync and foreign keys, and starts transactions explicitly."""
    turn = threading.Lock()  # SQLite's own waiting is unfair: writers of one process queue here

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", _begin.get())
        if mode == "IMMEDIATE":
            _wait_for(turn, connection)
        connection.exec_driver_sql(f"BEGIN {mode}")

    @event.listens_for(engine, "checkin")
    def _give_back(_raw: Any, record: Any) -> None:
        _end_turn(record.record_info)


def end_turn(connection: Connection) -> None:
    """Lets the next writer of this process go on: what this connection wrote is committed, and it is kept open."""
    _end_turn(connection.connection.record_info or {})


def _end_turn(info: dict[Any, Any]) -> None:
    turn = info.pop("turn", None)
    if turn is not None:
        turn.release()


@contextmanager
def unsynced(connection: Connection, *, unless: bool = False) -> Iterator[None]:
    """Commits inside outlast this process at once, but the machine only from the next commit that waits for the disk."""
    if unless:
        yield
        return
    _sync(connection, is_awaited=False)
    try:
        yield
    finally:
        if not connection.invalidated:  # else what was set is gone with it
            try:
                _sync(connection, is_awaited=True)
            except DBAPIError:
                connection.invalidate()  # it goes back into no pool as it is


def _sync(connection: Connection, *, is_awaited: bool) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET synchronous_commit TO {'DEFAULT' if is_awaited else 'off'}")
    else:
        raw: Any = connection.connection.driver_connection
        setting = f"PRAGMA synchronous={'FULL' if is_awaited else 'NORMAL'}"
        try:
            raw.execute(setting)
        except connection.dialect.loaded_dbapi.Error as error:
            raise OperationalError(setting, {}, error) from error


def _wait_for(turn: threading.Lock, connection: Connection) -> None:
    info = connection.connection.record_info
    if info is None or "turn" in info:
        return
    if not turn.acquire(timeout=LOCK_SECONDS):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
    info["turn"] = turn
