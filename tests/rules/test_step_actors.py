"""The step that tells accounts from names keeps what was said, up and down."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import accepted, add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
NADIA, NADIA_ELSEWHERE, OTTO, OTHER_OTTO = 1, 2, 3, 4
JOURNAL = [
    ("session changed", "Achats · durables"),
    ("attendance stated", "Achats · durables · abcdefghijklmnop"),
    ("address corrected", "Emploi · registrant1"),
    ("line matched", "Achats · line1"),
    ("report imported", "Achats · gone"),
    ("message sent", "Emploi · 12"),
    ("account changed", "Nadia → Nadia B."),
    ("settings changed", "La maison"),
    ("reminders changed", "Emploi"),
]


@pytest.fixture
def before(empty: Flask) -> Flask:
    """The step before: a house with one Nadia and two of the name Otto, another house with a Nadia of its own."""
    upgrade(revision="0015")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        levels = {"public_structures": "families", "public_territory": "departments"}
        here, there = (add(connection, "organisation", slug=name, **levels) for name in ("here", "there"))
        for number, name, house in (
            (NADIA, "Nadia", here),
            (NADIA_ELSEWHERE, "Nadia", there),
            (OTTO, "Otto", here),
            (OTHER_OTTO, "Otto", here),
        ):
            add(connection, "organiser", id=number, name=name, email_key=str(number))
            add(connection, "membership", organisation_id=house, organiser_id=number)
        cycle = add(connection, "cycle", organisation_id=here)
        session = add(connection, "session", cycle_id=cycle, public_id="s")
        registrant = add(connection, "registrant", cycle_id=cycle, public_id="registrant1", source="form")
        about: dict[str, Any] = {"session_id": session, "registrant_id": registrant}
        report = add(
            connection, "report", session_id=session, state="standing", warnings=[], imported_by="Nadia"
        )
        lists = {"connections": [], "candidates": [], "proposed_people": []}
        line = add(connection, "report_line", report_id=report, public_id="line1", decided_by="Otto", **lists)
        proof = {"report_line_id": line, "kind": "report", "connections": []}
        add(connection, "evidence", stated_by="Nadia", **about, **proof)
        add(connection, "attendance", conclusion="present", concluded_by="Gone", **about)
        add(connection, "headcount", session_id=session, counted_by="Nadia", withdrawn_by="Otto")
        add(connection, "pending_update", session_id=session, by="Nadia")
        add(connection, "message", cycle_id=cycle, kinds=[], state="draft", created_by="Nadia")
        add(
            connection, "incoming", verdict="letter", handled_by="Nadia"
        )  # of no cycle: of whom, nobody knows
        for who in ("attendee", "Nadia", "Gone", None):
            add(connection, "registration", status="cancelled", cancelled_by=who, **about)
        for deed, told in JOURNAL:
            add(connection, "journal_entry", organisation_id=here, actor="Nadia", deed=deed, object=told)
    return empty


def names_of_before() -> list[list[tuple[object, ...]]]:
    return [
        rows("SELECT imported_by, undone_by FROM report"),
        rows("SELECT decided_by FROM report_line"),
        rows("SELECT stated_by FROM evidence"),
        rows("SELECT concluded_by FROM attendance"),
        rows("SELECT counted_by, withdrawn_by FROM headcount"),
        rows('SELECT "by" FROM pending_update'),
        rows("SELECT created_by, decided_by FROM message"),
        rows("SELECT handled_by FROM incoming"),
        rows("SELECT cancelled_by FROM registration ORDER BY id"),
        rows("SELECT actor, deed, object FROM journal_entry ORDER BY id"),
    ]


def test_a_name_is_the_account_of_the_only_member_called_so(before: Flask) -> None:
    upgrade(revision="0015")

    assert rows("SELECT imported_by_id, imported_by_name, undone_by_id, undone_by_name FROM report") == [
        (NADIA, "Nadia", None, None)
    ]
    assert rows("SELECT decided_by_id, decided_by_name FROM report_line") == [(None, "Otto")]
    assert rows("SELECT stated_by_id, stated_by_name FROM evidence") == [(NADIA, "Nadia")]
    assert rows("SELECT concluded_by_id, concluded_by_name FROM attendance") == [(None, "Gone")]
    assert rows("SELECT counted_by_id, withdrawn_by_id, withdrawn_by_name FROM headcount") == [
        (NADIA, None, "Otto")
    ]
    assert rows("SELECT by_id, by_name FROM pending_update") == [(NADIA, "Nadia")]
    assert rows("SELECT created_by_id, created_by_name, decided_by_name FROM message") == [
        (NADIA, "Nadia", None)
    ]
    assert rows("SELECT handled_by_id, handled_by_name FROM incoming") == [(None, "Nadia")]
    assert rows("SELECT canceller, cancelled_by_id, cancelled_by_name FROM registration ORDER BY id") == [
        ("attendee", None, None),
        ("organiser", NADIA, "Nadia"),
        ("organiser", None, "Gone"),
        (None, None, None),
    ]


def test_the_journal_is_about_what_is_known_for_certain(before: Flask) -> None:
    [(house, cycle, session)] = rows(
        "SELECT cycle.organisation_id, cycle.id, session.id FROM cycle JOIN session ON cycle_id = cycle.id"
    )
    upgrade(revision="0015")

    asked = "SELECT subject_type, subject_id, subject_label, detail, actor_id FROM journal_entry ORDER BY id"
    assert rows(asked) == [
        ("session", None, "Achats · durables", None, NADIA),
        ("session", None, "Achats · durables", "abcdefghijklmnop", NADIA),
        ("cycle", cycle, "Emploi", "registrant1", NADIA),
        ("session", session, "Achats", "line1", NADIA),
        ("session", None, "Achats", "gone", NADIA),
        ("cycle", None, "Emploi", "12", NADIA),
        ("organiser", None, "Nadia", "Nadia B.", NADIA),
        ("organisation", house, "La maison", None, NADIA),
        (None, None, "Emploi", None, NADIA),
    ]


@pytest.mark.slow("the step is taken four times")
def test_down_and_up_again_everything_says_what_it_said(before: Flask) -> None:
    then = names_of_before()
    upgrade(revision="0015")
    after = rows("SELECT * FROM journal_entry ORDER BY id"), rows("SELECT * FROM registration ORDER BY id")

    downgrade(revision="-1")
    assert names_of_before() == then
    upgrade(revision="0015")
    again = rows("SELECT * FROM journal_entry ORDER BY id"), rows("SELECT * FROM registration ORDER BY id")
    assert again == after


def test_an_account_that_is_deleted_leaves_its_name(before: Flask) -> None:
    upgrade(revision="0015")
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM organiser WHERE name = 'Nadia'"))

    assert rows("SELECT stated_by_id, stated_by_name FROM evidence") == [(None, "Nadia")]
    assert rows("SELECT canceller, cancelled_by_name FROM registration ORDER BY id")[1] == (
        "organiser",
        "Nadia",
    )


REFUSED = (
    "UPDATE registration SET canceller = 'system'",
    "UPDATE registration SET canceller = 'organiser'",  # the first has no name
    "UPDATE registration SET canceller = 'attendee'",  # the second has one
    "UPDATE journal_entry SET subject_type = 'person'",
    "UPDATE journal_entry SET subject_type = NULL, subject_id = 1",
    "UPDATE evidence SET stated_by_id = 99",
)


def test_the_database_holds_who_and_what(before: Flask) -> None:
    upgrade(revision="0015")

    assert accepted(map(text, REFUSED)) == []
