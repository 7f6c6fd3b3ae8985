"""When a request takes the write lock: one that only reads never does, and nobody holds it while a file is read."""

import enum
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, TypeVarTuple, overload

from flask import current_app, has_request_context, request
from sqlalchemy import Connection, CursorResult, Executable, event, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.selectable import TypedReturnsRows

from webinars.storage.database import Model, WrittenWhileReading, read_only, written_apart
from webinars.storage.extensions import db

log = logging.getLogger("webinars")

SAFE = ("GET", "HEAD", "OPTIONS")


class SafeWrite(enum.Enum):
    """All that GET, HEAD and OPTIONS write, each in a transaction of its own: table, column, and why.

    By specification/security, rule 11.
    """

    LAST_USE = (
        "browser_session",
        "seen_at",
        "whoever only reads is there too: twelve hours without a page sign a browser out",
    )


View = TypeVar("View", bound=Callable[..., Any])


def reads_first(view: View) -> View:
    """Lets a view that is posted to look and compute before it takes the write lock with `start_writing`."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def is_safe() -> bool:
    """Whether a request is answered that is not posted, whatever its method: every transaction of it refuses to write."""
    return has_request_context() and request.method != "POST"


def say_whether_it_writes() -> None:
    """Views that read first only read, until they start writing; other views that are posted to write."""
    view = current_app.view_functions.get(request.endpoint or "")
    read_only(only=getattr(view, "reads_first", False))


def start_writing() -> None:
    """Ends what was only read; the next statement takes the write lock, and loads afresh what it needs."""
    db.session.rollback()
    read_only(only=False)


def end(_error: BaseException | None) -> None:
    """What comes after this request may write; what it left open ends with it."""
    read_only(only=False)
    with suppress(SQLAlchemyError):  # a connection that is lost is thrown away with the session
        db.session.rollback()


def once_committed(do: Callable[[], None]) -> None:
    """Has the commit of the open transaction be followed by this, once however often it is asked; a rollback forgets it."""
    session = db.session()
    session.info.setdefault("once_committed", {})[do] = session.get_transaction()


@event.listens_for(db.session, "after_commit")
def _follow(session: Any) -> None:
    if not session.in_nested_transaction():
        for do, transaction in session.info.pop("once_committed", {}).items():
            if transaction is session.get_transaction():
                do()


def while_reading(lines: Iterator[str]) -> Iterator[str]:
    """The lines, asked of the database in a transaction that only reads, however long that takes."""
    db.session.rollback()
    read_only(only=True)
    if db.engine.dialect.name == "postgresql":
        from webinars.storage.connection_watch import lift_limit

        lift_limit(db.session.connection())
    yield from lines


@contextmanager
def written_at_once() -> Iterator[Connection]:
    """A short transaction of its own, for what must be stored before that of the caller ends; a safe request has none."""
    if is_safe():
        raise WrittenWhileReading(f"at once, in {request.method} {request.endpoint}")
    with written_apart(db.engine) as connection:
        yield connection


def keep(kept: SafeWrite, key: object, value: object) -> None:
    """Writes the value into the row of this key while a request only reads; leaves it where somebody else is writing.

    What the request has read is let go of first: with one connection each, nobody waits for a second one.
    """
    table_name, column, _why = kept.value
    table = Model.metadata.tables[table_name]
    (own,) = table.primary_key
    free = select(own).where(own == key).with_for_update(skip_locked=True).scalar_subquery()
    try:
        db.session.rollback()
        with written_apart(db.engine, waits=False) as connection:
            connection.execute(update(table).where(own == free).values({column: value}))
    except SQLAlchemyError as error:
        log.info("not kept", extra={"facts": {"column": kept.name, "error": type(error).__name__}})


Values = Mapping[str, Any]
Columns = TypeVarTuple("Columns")


@overload
def run(  # type: ignore[overload-overlap]
    statement: TypedReturnsRows[*Columns], values: Values | Sequence[Values]
) -> CursorResult[*Columns]: ...
@overload
def run(statement: Executable, values: Values | Sequence[Values]) -> CursorResult[Any]: ...
def run(statement: Executable, values: Values | Sequence[Values]) -> CursorResult[Any]:
    """What a statement on tables answers, within the session's transaction but past the session.

    For what every sign-up asks: it costs a third of `db.session.execute`. What the session holds unwritten
    is not written first, and what it has loaded is not refreshed.
    """
    return db.session.connection().execute(statement, values)


def run_alone(statement: Executable, values: Values) -> int:
    """How many rows a statement changed that is a transaction by itself, kept at once; nothing else may be open."""
    with written_apart(db.engine, one_statement=True) as connection:
        return connection.execute(statement, values).rowcount
