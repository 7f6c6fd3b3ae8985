"""The step that counts tries keeps what was there, up and down."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Boolean, Connection, DateTime, Executable, Integer, MetaData, Table, insert, text
from sqlalchemy.exc import IntegrityError

from tests.rules.test_migrations import empty
from webinars.storage.extensions import db

__all__ = ["empty"]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def add(connection: Connection, name: str, /, **facts: Any) -> int:
    """A row of a table as it stands; what must be filled in and is not named is."""
    table, something = _as_it_stands(connection, name)
    added = connection.execute(insert(table).values(**(something | facts)))
    return int(added.inserted_primary_key[0])


def add_many(connection: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    """Rows of a table as it stands, in one statement; each names the same columns."""
    table, something = _as_it_stands(connection, name)
    connection.execute(insert(table), [something | row for row in rows])


def add_session(connection: Connection) -> tuple[int, int]:
    """A cycle and its session, once organisations choose what is public."""
    levels = {"public_structures": "families", "public_territory": "departments"}
    cycle = add(connection, "cycle", organisation_id=add(connection, "organisation", **levels))
    return cycle, add(connection, "session", cycle_id=cycle)


def _as_it_stands(connection: Connection, name: str) -> tuple[Table, dict[str, Any]]:
    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    needed = [one for one in table.columns if not one.nullable and one.server_default is None]
    return table, {column.name: _something(column.type) for column in needed if column.name != "id"}


def _something(kind: Any) -> Any:
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    return NOW if isinstance(kind, DateTime) else {} if "JSON" in repr(kind) else "x"


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with a message, an update that waits and a reminder that has left."""
    upgrade(revision="0006")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        organisation = add(connection, "organisation")
        cycle = add(connection, "cycle", organisation_id=organisation)
        session = add(connection, "session", cycle_id=cycle)
        add(connection, "message", cycle_id=cycle, session_id=session, state="scheduled", kinds=[])
        add(connection, "pending_update", session_id=session)
        add(connection, "reminder_round", session_id=session, told=7)
    return empty


def rows(asked: str) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(asked))]


def accepted(statements: Iterable[Executable]) -> list[Executable]:
    """Those of these changes that the database takes, each tried alone and taken back; one migration serves them all."""
    taken = []
    for statement in statements:
        with db.engine.connect() as connection, suppress(IntegrityError):
            connection.execute(statement)
            taken.append(statement)
    return taken


def test_what_waits_was_never_tried(before: Flask) -> None:
    upgrade(revision="0006")

    assert rows("SELECT state, tries FROM message") == [("scheduled", 0)]
    assert rows("SELECT said, tries FROM pending_update") == [("x", 0)]
    assert rows("SELECT told, has_failed FROM reminder_round") in ([(7, False)], [(7, 0)])


def test_what_failed_is_a_draft_for_who_does_not_know_the_word(before: Flask) -> None:
    upgrade(revision="0006")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE message SET state = 'failed', tries = 3"))
        add(connection, "incoming", digest="a" * 64, verdict="too_slow", needs_person=True)
    downgrade(revision="-1")

    assert rows("SELECT state FROM message") == [("draft",)]
    assert rows("SELECT verdict FROM incoming") == [("unreadable",)]
    assert rows("SELECT told FROM reminder_round") == [(7,)]
