"""The model base, the UTC column, and how each engine is opened."""

import enum
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Engine, Enum, MetaData, String, bindparam, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import DateTime, TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# of tables whose ids stand where no foreign key can: SQLite too gives an id once, and never to somebody who comes
# after whoever was removed
IDS_ONCE = {"sqlite_autoincrement": True}

# the first releases without the rare corruption of WAL databases
SOUND_SQLITE = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
LOCK_SECONDS = 5.0
PATIENCE = "busy_timeout=5000"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    PATIENCE,
    "mmap_size=0",
    "wal_autocheckpoint=1000",  # decision 0021
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
    """Base of every table; the database knows the values of each of its states."""

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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for column in list(cls.__table__.columns):
            if isinstance(column.type, Enum):
                # SQLite would draw up the list of an IN anew for each row: half of what inserting many costs
                known = " OR ".join(f"{column.name} = '{value}'" for value in column.type.enums)
                cls.metadata.tables[cls.__tablename__].append_constraint(
                    CheckConstraint(known, name=f"{column.name}_known")
                )


def spelt_out(column: InstrumentedAttribute[Any], *states: enum.StrEnum) -> ColumnElement[bool]:
    """The condition that a column holds one of these states, as an index of such rows alone says it.

    Given as values, as conditions mostly are, the index would not be taken: SQLite plans before it knows them.
    """
    said: Any = states[0] if len(states) == 1 else states
    spelt = bindparam(None, said, type_=column.type, literal_execute=True, expanding=len(states) > 1)
    return column == spelt if len(states) == 1 else column.in_(spelt)


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


# how the database says that it cannot be asked, as a page or a chore meets it
AWAY = (OperationalError, InterfaceError, PoolTimeout)


def _is_away(error: DBAPIError) -> bool:
    read_only = getattr(error.orig, "sqlstate", "") == "25006"  # another server takes over
    return read_only or isinstance(error, OperationalError | InterfaceError)


def _is_too_much(error: DBAPIError) -> bool:
    """Whether the statement itself asks for more than the engine can do."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith("54") or str(error.orig).startswith("too many ")


def engine_words(error: BaseException) -> str:
    """What the engine or the system itself says went wrong, in one line without any value of a statement."""
    said = getattr(error, "orig", None) or error
    name = type(said).__name__
    if not isinstance(error, OperationalError | InterfaceError | PoolTimeout | OSError):
        return name  # what is wrong with a value is said with the value
    primary = getattr(getattr(said, "diag", None), "message_primary", None)
    return f"{name}: {' '.join(str(primary or said).split())}"[:300]


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


class WrittenWhileReading(AssertionError):
    """A fault of ours: something was to be written, or held, where only reading is meant; nothing of it is stored."""


# what transactions begun in this context may do; those that write queue for SQLite before they read
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)
READS = "only_reads"  # on a connection whose present transaction refuses to write
ASKS_FOR = (
    "asks_for"  # of an engine: for how many seconds it asks to write on SQLite, where not for LOCK_SECONDS
)
# seconds between two tries. SQLite itself waits up to 0.1 s, and who does that beside a process whose writers hand the
# lock to each other starves
BETWEEN = 0.001
REFUSED = ("25006", "attempt to write a readonly database")  # how PostgreSQL and SQLite say it


@contextmanager
def only_reading() -> Iterator[None]:
    """Transactions begun inside refuse to write, and take no write lock on SQLite."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def read_only(*, only: bool) -> None:
    """Says for the rest of this context whether its transactions refuse to write; one that is open stays as it is."""
    _only_reads.set(only)


@contextmanager
def written_apart(engine: Engine, *, waits: bool = True, one_statement: bool = False) -> Iterator[Connection]:
    """A short transaction of its own that writes, whatever the one around it may; `waits=False` gives up at a lock.

    What is open around it must hold no lock this one needs, nor the last connection of the pool. `one_statement` is
    a transaction by itself: PostgreSQL is asked nothing more.
    """
    apart = engine.connect().execution_options(apart=True, waits=waits, one_statement=one_statement)
    with apart as connection, connection.begin():
        yield connection


def open_as_agreed(engine: Engine, *, must_only_read: Callable[[], bool]) -> None:
    """Makes each connection what the engine needs; where only reading is meant, its transactions refuse to write.

    `must_only_read` is asked as each transaction begins, and nothing that is said by `read_only` overrules it.
    """

    def is_reading(connection: Connection) -> bool:
        is_apart = connection.get_execution_options().get("apart", False)
        return not is_apart and (_only_reads.get() or must_only_read())

    (_open_sqlite if engine.dialect.name == "sqlite" else _open_postgresql)(engine, is_reading)

    @event.listens_for(engine, "handle_error")
    def _refused(context: ExceptionContext) -> BaseException | None:
        if not _is_refusal(context.original_exception) or context.connection is None:
            return None
        is_ours = READS in context.connection.info  # else a disk that cannot be written to
        return WrittenWhileReading(context.statement or "") if is_ours else None


def _is_refusal(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) == REFUSED[0] or REFUSED[1] in str(error)


def _open_postgresql(engine: Engine, is_reading: Callable[[Connection], bool]) -> None:
    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        if _switches(connection.info, reads=is_reading(connection)):
            # the driver begins with BEGIN READ ONLY: the database is asked nothing more
            raw.read_only = True if READS in connection.info else None
        if connection.get_execution_options().get("one_statement", False):
            raw.autocommit = True

    @event.listens_for(engine, "checkin")
    def _take_back(raw: Any, record: ConnectionPoolEntry) -> None:
        if raw is not None and not raw.closed and raw.autocommit:
            raw.autocommit = False
        if record.info.pop(READS, False) and raw is not None and not raw.closed:
            raw.read_only = None


def _open_sqlite(engine: Engine, is_reading: Callable[[Connection], bool]) -> None:
    """Opens each connection in WAL with full sync and foreign keys, and starts transactions explicitly."""
    write_lock = threading.Lock()  # SQLite's own waiting is unfair: writers of one process queue here

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        reads = is_reading(connection)
        if _switches(connection.info, reads=reads):
            raw: Any = connection.connection.driver_connection
            raw.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        if reads:
            connection.exec_driver_sql("BEGIN DEFERRED")
        else:
            _begin_to_write(connection, write_lock)

    @event.listens_for(engine, "before_execute")
    def _look(connection: Connection, asked: Any, *_rest: object) -> None:
        if READS in connection.info and getattr(asked, "_for_update_arg", None) is not None:
            raise WrittenWhileReading(f"held: {asked}")  # PostgreSQL would say so; here there is no such lock

    event.listen(engine, "checkin", _give_back)


def _give_back(raw: Any, record: ConnectionPoolEntry) -> None:
    write_lock = (record.record_info or {}).pop("write_lock", None)
    if write_lock is not None:
        write_lock.release()
    if raw is not None and record.info.pop(READS, False):
        raw.execute("PRAGMA query_only=OFF")


def _switches(info: dict[Any, Any], *, reads: bool) -> bool:
    """Whether a connection's next transaction reads where the last one wrote, or writes where it read; notes it."""
    if reads == (READS in info):
        return False
    if reads:
        info[READS] = True
    else:
        del info[READS]
    return True


def _wait_for(write_lock: threading.Lock, connection: Connection, seconds: float) -> None:
    info = connection.connection.record_info
    if info is None or "write_lock" in info:
        return
    if not write_lock.acquire(timeout=seconds):
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
    info["write_lock"] = write_lock


def _begin_to_write(connection: Connection, write_lock: threading.Lock) -> None:
    """Asks for the write lock every millisecond, as long as is meant; raises what SQLite says at the last time."""
    options = connection.get_execution_options()
    seconds = options.get(ASKS_FOR, LOCK_SECONDS) if options.get("waits", True) else 0
    until = time.monotonic() + seconds
    _wait_for(write_lock, connection, seconds)
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while not raw.in_transaction:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() >= until:
                    raise
                time.sleep(BETWEEN)
    finally:
        raw.execute(f"PRAGMA {PATIENCE}")
