"""The step that folds the names of lines finds those that were there, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import column, select, table

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import add, add_many, add_session
from webinars.storage.extensions import db

__all__ = ["empty"]


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before, with more lines of a report than are folded at once."""
    upgrade(revision="0011")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        _cycle, session = add_session(connection)
        report = add(connection, "report", session_id=session, warnings=[])
        facts = {"report_id": report, "connections": [], "candidates": [], "proposed_people": []}
        add(connection, "report_line", name="Élodie LEFÈVRE-Martin", public_id="first", **facts)
        lines = [{"name": f"Œuvre {number}", "public_id": f"line{number}"} for number in range(1000)]
        add_many(connection, "report_line", [facts | line for line in lines])
    return empty


def names(name: str) -> list[str]:
    lines = table("report_line", column("id"), column(name))
    with db.engine.connect() as connection:
        return list(connection.execute(select(lines.c[name]).order_by(lines.c.id)).scalars())


def test_lines_that_were_there_are_found_by_their_names(before: Flask) -> None:
    kept = names("name")
    upgrade(revision="0011")

    assert names("folded_name") == ["elodie lefevre martin", *(f"oeuvre {number}" for number in range(1000))]
    downgrade(revision="-1")
    assert names("name") == kept
