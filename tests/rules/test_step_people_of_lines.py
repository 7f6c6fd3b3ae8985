"""The step that gives whom a line is about rows of their own keeps them, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, column, select, table, text

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, add_many, add_session, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
GONE = 99_999
MORE = 1_000  # lines than are moved at once


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with a doubtful line, one that was matched, and many that name nobody."""
    upgrade(revision="0017")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        cycle, session = add_session(connection)
        for number in (1, 2, 3):
            facts = {"public_id": f"p{number}", "email_key": f"{number}", "source": "form"}
            add(connection, "registrant", id=number, cycle_id=cycle, **facts)
        report = add(connection, "report", session_id=session, warnings=[], state="standing")
        facts = {"report_id": report, "connections": []}
        nobody = {"candidates": [], "proposed_people": []}
        lines = [facts | nobody | {"public_id": f"n{number}"} for number in range(MORE)]
        add_many(connection, "report_line", lines)
        doubtful = {"candidates": [[3, 91], [GONE, 90], [1, 80], [3, 79]], "proposed_people": []}
        add(connection, "report_line", public_id="doubtful", **facts, **doubtful)
        matched = {"candidates": [], "proposed_people": [2, GONE, 1, 2]}
        add(connection, "report_line", public_id="matched", **facts, **matched)
    return empty


def lists() -> list[tuple[object, ...]]:
    found = table(
        "report_line", column("public_id"), column("candidates", JSON()), column("proposed_people", JSON())
    )
    with db.engine.connect() as connection:
        named = select(found).where(found.c.public_id.in_(["doubtful", "matched", "n0", "n999"]))
        return [tuple(row) for row in connection.execute(named.order_by(found.c.public_id))]


CANDIDATES = (
    "SELECT public_id, registrant_id, line_candidate.score FROM line_candidate"
    " JOIN report_line ON report_line.id = report_line_id ORDER BY public_id, rank"
)
PROPOSALS = (
    "SELECT public_id, registrant_id FROM line_proposal"
    " JOIN report_line ON report_line.id = report_line_id ORDER BY public_id, rank"
)


def test_whom_lines_are_about_stay_but_who_is_gone(before: Flask) -> None:
    for _time in range(2):
        upgrade(revision="0017")

        assert rows(CANDIDATES) == [("doubtful", 3, 91), ("doubtful", 1, 80)]
        assert rows(PROPOSALS) == [("matched", 2), ("matched", 1)]
        downgrade(revision="-1")
        assert lists() == [
            ("doubtful", [[3, 91], [1, 80]], []),
            ("matched", [], [2, 1]),
            ("n0", [], []),
            ("n999", [], []),
        ]
    assert rows("SELECT count(*) FROM report_line") == [(MORE + 2,)]


def test_somebody_who_is_removed_leaves_the_lines(before: Flask) -> None:
    upgrade(revision="0017")
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM registrant WHERE id = 1"))

    assert rows(CANDIDATES) == [("doubtful", 3, 91)]
    assert rows(PROPOSALS) == [("matched", 2)]
