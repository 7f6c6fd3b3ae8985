"""Consents of before: those a form gave wait for their owner, those given on the personal page stay given."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, MetaData, Table, select

from tests.rules.test_migrations import empty  # noqa: F401
from webinars.storage.extensions import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAIN = {str: "x", int: 1, bool: False, datetime: NOW, bytes: b"", dict: {}, object: {}}


def keep(connection: Connection, name: str, **values: Any) -> None:
    """One row, as a step of before knows the table; what is not given is something plain."""
    table = Table(name, MetaData(), autoload_with=connection)
    needed = {
        column.name: PLAIN[column.type.python_type]
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    connection.execute(table.insert().values({**needed, **values}))


def consents(connection: Connection) -> list[Any]:
    table = Table("consent", MetaData(), autoload_with=connection)
    return list(connection.execute(select(table).order_by(table.c.id)))


def test_what_a_form_gave_waits_and_what_its_owner_gave_stays(empty: Flask) -> None:  # noqa: F811
    upgrade(revision="0001")
    later = NOW + timedelta(hours=1)
    with db.engine.begin() as connection:
        keep(connection, "organisation", id=1, timezone="Europe/Paris")
        keep(connection, "cycle", id=1, organisation_id=1, state="published", timezone="Europe/Paris")
        keep(connection, "consent_text", version="v")
        for number in (1, 2, 3):
            keep(
                connection,
                "registrant",
                id=number,
                cycle_id=1,
                public_id=f"p{number}",
                email_key=f"a{number}@x.example",
                works_in_qpv="unsaid",
                source="form",
            )
        given = {"purpose": "newsletter", "text_version": "v", "given_at": NOW}
        keep(connection, "consent", id=1, registrant_id=1, **given)  # by the form
        keep(connection, "consent", id=2, registrant_id=2, withdrawn_at=later, **given)
        keep(connection, "consent", id=3, registrant_id=2, **{**given, "given_at": later})  # on the page
        keep(connection, "consent", id=4, registrant_id=3, **given)  # twice, by two forms at once
        keep(connection, "consent", id=5, registrant_id=3, **given)
        keep(connection, "email", id=1, state="sent")

    upgrade(revision="0003")

    with db.engine.connect() as connection:
        kept = [
            (row.id, row.confirmed_at is not None, row.withdrawn_at is None) for row in consents(connection)
        ]
    assert kept == [(1, False, True), (2, False, False), (3, True, True), (4, False, True), (5, False, False)]

    downgrade(revision="0001")
    upgrade(revision="0003")
    with db.engine.connect() as connection:
        assert [row.id for row in consents(connection)] == [1, 2, 3, 4, 5]
        for name in ("email", "registrant"):
            table = Table(name, MetaData(), autoload_with=connection)
            assert len(connection.execute(select(table.c.id)).all()) == {"email": 1, "registrant": 3}[name]
