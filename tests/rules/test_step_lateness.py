"""The step that says since when mail is due keeps what waits, up and down."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import NOW, add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
HOUR = timedelta(hours=1)


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before: a mail that was put off, one that is to leave later, and a chore that was done."""
    upgrade(revision="0012")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        for name, tried in (("put off", NOW), ("later", None)):
            facts = {"purpose": name, "message_id": name, "state": "queued", "attempted_at": tried}
            number = add(connection, "email", **facts, created_at=NOW, not_before=NOW + HOUR)
            connection.execute(text(f"INSERT INTO email_text VALUES ({number}, 'x')"))  # noqa: S608
        connection.execute(text("INSERT INTO chore_turn (name, next_at) VALUES ('send', '2026-03-02')"))
    return empty


def due() -> list[tuple[object, ...]]:
    found = rows("SELECT purpose, due_at FROM email ORDER BY purpose")
    return [(purpose, datetime.fromisoformat(str(at)).replace(tzinfo=NOW.tzinfo)) for purpose, at in found]


def test_what_was_put_off_is_due_since_it_was_queued(before: Flask) -> None:
    upgrade(revision="0012")

    assert due() == [("later", NOW + HOUR), ("put off", NOW)]
    assert rows("SELECT count(*) FROM email_text") == [(2,)]
    assert rows("SELECT count(*) FROM chore_turn") == [(0,)]


def test_the_indexes_of_waiting_mail_stay_what_they_were(before: Flask) -> None:
    upgrade(revision="0012")
    found = {
        index["name"]: str(index["dialect_options"].get(f"{db.engine.dialect.name}_where"))
        for index in inspect(db.engine).get_indexes("email")
    }

    for name, state in (
        ("due", "queued"),
        ("first_due", "queued"),
        ("leased", "sending"),
        ("withheld", "withheld"),
    ):
        assert state in found[f"ix_email_{name}"]


def test_down_and_up_again_loses_no_mail(before: Flask) -> None:
    upgrade(revision="0012")
    downgrade(revision="-1")
    upgrade(revision="0012")

    assert due() == [("later", NOW + HOUR), ("put off", NOW)]
