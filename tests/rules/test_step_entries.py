"""The step that knows entries of who came late keeps what was stated, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
KINDS = "SELECT kind FROM evidence ORDER BY id"
HOW = "SELECT how FROM attendance ORDER BY id"


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, where somebody stated by hand that one person came."""
    upgrade(revision="0024")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        levels = {"public_structures": "families", "public_territory": "departments"}
        house = add(connection, "organisation", **levels)
        cycle = add(connection, "cycle", organisation_id=house, state="draft")
        session = add(connection, "session", cycle_id=cycle, format="online", state="scheduled")
        for number in (1, 2):
            facts = {"public_id": f"p{number}", "source": "form"}
            add(connection, "registrant", id=number, cycle_id=cycle, **facts)
    _state(session, 1, "hand")
    return empty


def _state(session: int, person: int, kind: str) -> None:
    about = {"session_id": session, "registrant_id": person}
    with db.engine.begin() as connection:
        add(connection, "evidence", kind=kind, statement="present", connections=[], **about)
        add(connection, "attendance", how=kind, conclusion="present", **about)


def test_an_entry_is_known_from_this_step_on_and_the_weakest_before(before: Flask) -> None:
    with pytest.raises(IntegrityError):
        _state(1, 2, "entry")
    upgrade(revision="0024")
    assert (rows(KINDS), rows(HOW)) == ([("hand",)], [("hand",)])
    _state(1, 2, "entry")

    for _time in range(2):
        downgrade(revision="-1")
        assert (rows(KINDS), rows(HOW)) == ([("hand",), ("join_link",)], [("hand",), ("join_link",)])
        upgrade(revision="0024")
