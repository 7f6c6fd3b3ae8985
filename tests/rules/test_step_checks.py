"""The step that gives every state its word and every range its check keeps what is there, up and down."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import NOW, accepted, add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]

STATES = ("confirmed", "cancelled", "waitlisted")


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with somebody in two sessions."""
    upgrade(revision="0018")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        levels = {"public_structures": "families", "public_territory": "departments"}
        cycle = add(connection, "cycle", organisation_id=add(connection, "organisation", **levels))
        person = add(connection, "registrant", cycle_id=cycle, source="form")
        for number, state in enumerate(STATES):
            when = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
            session = add(
                connection, "session", cycle_id=cycle, public_id=f"s{number}", slug=f"s{number}", **when
            )
            add(connection, "registration", registrant_id=person, session_id=session, status=state)
    return empty


@pytest.mark.slow("two steps are taken three times, over every table")
def test_a_registration_has_a_state_and_its_indexes_the_word(before: Flask) -> None:
    upgrade(revision="0018")

    assert [state for (state,) in rows("SELECT state FROM registration ORDER BY id")] == list(STATES)
    names = {index["name"] for index in inspect(db.engine).get_indexes("registration")}
    assert {name for name in names if name and "stat" in name} == {
        "ix_registration_session_id_state",
        "ix_registration_registrant_id_session_id_state",
    }
    downgrade(revision="-1")
    assert [state for (state,) in rows("SELECT status FROM registration ORDER BY id")] == list(STATES)
    upgrade(revision="0018")
    assert [state for (state,) in rows("SELECT state FROM registration ORDER BY id")] == list(STATES)


def test_one_live_place_in_a_session_is_all_that_somebody_has(before: Flask) -> None:
    upgrade(revision="0018")

    again = (
        "INSERT INTO registration (registrant_id, session_id, state, created_at)"
        " SELECT registrant_id, session_id, state, created_at FROM registration WHERE state = :state"
    )
    with db.engine.begin() as connection:
        connection.execute(text(again), {"state": "cancelled"})
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text(again), {"state": "waitlisted"})


OUTSIDE = (
    "UPDATE organisation SET hue = -50",
    "UPDATE cycle SET threshold_minutes = 0, threshold_percent = 0, alarm_minutes = -5",
    "UPDATE session SET ends_at = NULL WHERE slug = 's0'",
    "UPDATE registrant SET works_in_qpv = 'maybe', token_version = 0",
    "UPDATE registration SET status = 'gone' WHERE status = 'waitlisted'",
)
MENDED = {
    "SELECT hue FROM organisation": [(310,)],
    "SELECT threshold_minutes, threshold_percent, alarm_minutes FROM cycle": [(1, None, None)],
    "SELECT slug FROM session WHERE starts_at IS NULL": [("s0",)],
    "SELECT works_in_qpv, token_version FROM registrant": [(None, 1)],
    "SELECT state FROM registration ORDER BY id": [("confirmed",), ("cancelled",), ("refused",)],
}


@pytest.mark.slow("two steps are taken twice, over every table")
def test_what_stands_outside_a_range_is_mended_and_no_row_is_lost(before: Flask) -> None:
    with db.engine.begin() as connection:
        for wrong in OUTSIDE:
            connection.execute(text(wrong))

    upgrade(revision="0018")

    assert {asked: rows(asked) for asked in MENDED} == MENDED
    for table, number in {"session": 3, "registration": 3, "registrant": 1, "cycle": 1}.items():
        assert rows(f"SELECT count(*) FROM {table}") == [(number,)]  # noqa: S608 — names of ours


REFUSED = (
    "UPDATE organisation SET hue = 360",
    "UPDATE cycle SET threshold_minutes = 0",
    "UPDATE cycle SET state = 'open'",
    "UPDATE session SET ends_at = NULL",
    "UPDATE registrant SET token_version = 0",
    "UPDATE registrant SET works_in_qpv = 'unsaid'",
    "UPDATE registration SET state = 'gone'",
)


@pytest.mark.slow("a database is brought up to date first")
def test_the_database_refuses_what_stands_outside(before: Flask) -> None:
    upgrade(revision="0018")

    assert accepted(map(text, REFUSED)) == []
