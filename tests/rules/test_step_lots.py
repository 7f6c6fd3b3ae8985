"""The step that lets reports enter in lots keeps what counts, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import NOW, accepted, add, add_session, rows
from webinars.storage.extensions import db

__all__ = ["empty"]


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with a report that stands and one that was undone."""
    upgrade(revision="0014")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        cycle, session = add_session(connection)
        registrant = add(connection, "registrant", cycle_id=cycle, source="form")
        facts = {"session_id": session, "warnings": [], "digest": "same"}
        for number, undone_at in enumerate((NOW, None)):
            report = add(connection, "report", public_id=f"r{number}", undone_at=undone_at, **facts)
            line = _line(connection, report, f"l{number}")
            _proof(connection, session, registrant, line)
    return empty


def _line(connection: Connection, report: int, name: str) -> int:
    lists = {"connections": [], "candidates": [], "proposed_people": []}
    return add(connection, "report_line", public_id=name, report_id=report, decision="matched", **lists)


def _proof(connection: Connection, session: int, registrant: int, line: int) -> None:
    about = {"session_id": session, "registrant_id": registrant, "report_line_id": line}
    add(connection, "evidence", kind="report", connections=[], **about)


def test_reports_that_were_there_stand_or_are_undone(before: Flask) -> None:
    upgrade(revision="0014")

    assert rows("SELECT state, lease, leased_until FROM report ORDER BY id") == [
        ("undone", None, None),
        ("standing", None, None),
    ]
    downgrade(revision="-1")
    assert rows("SELECT public_id FROM report ORDER BY id") == [("r0",), ("r1",)]
    assert rows("SELECT public_id FROM report_line ORDER BY id") == [("l0",), ("l1",)]
    upgrade(revision="0014")
    assert rows("SELECT state FROM report ORDER BY id") == [("undone",), ("standing",)]


def test_what_counts_nowhere_is_not_left_to_the_step_before(before: Flask) -> None:
    upgrade(revision="0014")
    session, registrant = rows("SELECT session.id, registrant.id FROM session, registrant")[0]
    with db.engine.begin() as connection:
        facts = {"session_id": session, "warnings": [], "lease": "x", "leased_until": NOW}
        report = add(connection, "report", public_id="r2", digest="other", state="entering", **facts)
        _proof(connection, session, registrant, _line(connection, report, "l2"))
        add(connection, "draft_conclusion", report_id=report, registrant_id=registrant, match="")

    downgrade(revision="-1")

    assert rows("SELECT public_id FROM report ORDER BY id") == [("r0",), ("r1",)]
    assert rows("SELECT public_id FROM report_line ORDER BY id") == [("l0",), ("l1",)]
    of_what = "SELECT report_line.public_id FROM evidence JOIN report_line ON report_line.id = report_line_id"
    assert rows(of_what) == [("l1",)]


REFUSED = (
    "UPDATE report SET state = 'imported'",
    "UPDATE report SET state = 'entering'",
    "UPDATE report SET lease = 'x'",
    "UPDATE report SET leased_until = imported_at",
    "UPDATE report SET state = 'standing'",  # the same file twice
    "UPDATE report SET state = 'leaving', lease = 'x', leased_until = imported_at, digest = public_id",
)


def test_the_database_holds_the_states(before: Flask) -> None:
    upgrade(revision="0014")

    assert accepted(map(text, REFUSED)) == []
