"""One statement is a transaction by itself, and leaves its connection as it was."""

from typing import Any

from flask import Flask
from sqlalchemy import delete, func, insert, select

from tests.conftest import NOW
from webinars.outbox.models import Pause
from webinars.storage.database import written_apart
from webinars.storage.extensions import db

PAUSED = select(func.count()).select_from(Pause)


def pause_by_one_statement() -> Any:
    """Whether the server was asked nothing more than the statement."""
    with written_apart(db.engine, one_statement=True) as connection:
        connection.execute(insert(Pause).values(id=Pause.ONLY, reason="night", since=NOW))
        raw: Any = connection.connection.driver_connection
        return db.engine.dialect.name == "sqlite" or raw.autocommit


def test_one_statement_is_kept_and_needs_neither_begin_nor_commit(app: Flask) -> None:
    assert pause_by_one_statement()
    assert db.session.scalar(PAUSED) == 1


def test_what_its_connection_does_next_can_be_taken_back(app: Flask) -> None:
    db.engine.dispose()  # there is one connection then
    pause_by_one_statement()
    with db.engine.connect() as connection:
        connection.execute(delete(Pause))
        connection.rollback()

    assert db.session.scalar(PAUSED) == 1
