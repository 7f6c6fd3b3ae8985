"""The step that keeps decisions about an undone import, and names of the team, keeps what it can, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text

from tests.conftest import NOW
from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
STEP = "0021"
ALIASES = "SELECT folded_name, registrant_id FROM alias ORDER BY folded_name"
LINES = "SELECT public_id, decision FROM report_line ORDER BY id"


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with a line that gave a name to the next sessions."""
    upgrade(revision=STEP)
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        levels = {"public_structures": "families", "public_territory": "departments"}
        organisation = add(connection, "organisation", **levels)
        cycle = add(connection, "cycle", organisation_id=organisation, state="draft")
        session = add(connection, "session", cycle_id=cycle, state="scheduled", format="online")
        add(
            connection,
            "registrant",
            id=1,
            cycle_id=cycle,
            public_id="p1",
            email="1",
            email_key="1",
            source="form",
        )
        report = add(connection, "report", session_id=session, warnings=[], state="standing")
        _add_alias(connection, cycle, report, "ada", registrant_id=1)
    return empty


def _add_alias(connection: Connection, cycle: int, report: int, name: str, **facts: object) -> None:
    line = {"public_id": name, "connections": [], "decision": "matched", "proposed": "review"}
    line_id = add(connection, "report_line", report_id=report, **line)
    add(connection, "alias", report_line_id=line_id, cycle_id=cycle, folded_name=name, **facts)


def test_aliases_and_lines_stay(before: Flask) -> None:
    kept = rows(ALIASES), rows(LINES)
    assert kept[0] == [("ada", 1)]

    upgrade(revision=STEP)
    assert (rows(ALIASES), rows(LINES)) == kept
    downgrade(revision="-1")
    assert (rows(ALIASES), rows(LINES)) == kept


def test_what_the_step_before_cannot_tell_goes(before: Flask) -> None:
    upgrade(revision=STEP)
    with db.engine.begin() as connection:
        cycle, session = connection.execute(text("SELECT cycle_id, id FROM session")).one()
        standing = connection.scalar(text("SELECT id FROM report"))
        undone = add(
            connection,
            "report",
            session_id=session,
            warnings=[],
            state="undone",
            undone_at=NOW,
            undone_by_name="Ada",
            public_id="r2",
            digest="2",
        )
        _add_alias(connection, cycle, standing, "bela", registrant_id=None)
        _add_alias(connection, cycle, standing, "clara", registrant_id=None, email="clara@town.fr")
        _add_alias(connection, cycle, undone, "dora", registrant_id=1)

    downgrade(revision="-1")
    assert rows(ALIASES) == [("ada", 1)]
    assert len(rows(LINES)) == 4
    upgrade(revision=STEP)
    assert rows(ALIASES) == [("ada", 1)]
