"""The step that gives every state its word and every range its check keeps what is there, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, rows
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
            session = add(connection, "session", cycle_id=cycle, public_id=f"s{number}", slug=f"s{number}")
            add(connection, "registration", registrant_id=person, session_id=session, status=state)
    return empty


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
