"""The step that makes the unknown NULL keeps what was said, up and down."""

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import update

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import accepted, add, rows
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

__all__ = ["empty"]

SAID = ("Régie", "regie", "COL-COM", "DIR", "31", "yes")
UNSAID = ("", "", "NR", "NR", "", "unsaid")
SIGNS = ("…", "", "NR", "DIR", "", "no")  # a name that folds to nothing is a name all the same
COLUMNS = ("structure", "folded_structure", "structure_type", "function", "department", "works_in_qpv")
PEOPLE = (
    "SELECT structure, folded_structure, structure_type, function, department, works_in_qpv"
    " FROM registrant ORDER BY id"
)
LINES = "SELECT email, match, kind, why FROM report_line ORDER BY id"
OTHERS = (
    "SELECT evidence.match, attendance.match, draft_conclusion.match, incoming.sender, invitation_answer.deputy"
    " FROM evidence, attendance, draft_conclusion, incoming, invitation_answer"
)


@pytest.fixture
def before(empty: Flask) -> Flask:
    """An instance of the step before: people who said all, nothing or some of it, and what a report and mails do not say."""
    upgrade(revision="0016")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        levels = {"public_structures": "families", "public_territory": "departments"}
        cycle = add(connection, "cycle", organisation_id=add(connection, "organisation", **levels))
        session = add(connection, "session", cycle_id=cycle)
        for number, said in enumerate((SAID, UNSAID, SIGNS)):
            facts = dict(zip(COLUMNS, said, strict=True))
            person = add(
                connection,
                "registrant",
                cycle_id=cycle,
                source="form",
                public_id=f"p{number}",
                email_key=f"p{number}@example.org",
                **facts,
            )
        about = {"session_id": session, "registrant_id": person}
        report = add(connection, "report", session_id=session, state="standing", warnings=[])
        lists = {"report_id": report, "connections": [], "candidates": [], "proposed_people": []}
        told = {"email": "ada@example.org", "match": "email", "kind": "", "why": ""}
        nothing = dict.fromkeys(told, "")
        add(connection, "report_line", public_id="l0", decision="matched", **lists, **told)
        add(connection, "report_line", public_id="l1", decision="ignored", **lists, **nothing)
        add(connection, "evidence", kind="hand", connections=[], match="", **about)
        add(connection, "attendance", conclusion="present", match="", **about)
        add(connection, "draft_conclusion", report_id=report, registrant_id=person, match="")
        add(connection, "incoming", verdict="too_slow", sender="")
        invitation = add(connection, "invitation", session_id=session)
        add(connection, "invitation_answer", invitation_id=invitation, deputy="")
    return empty


def test_what_was_not_said_is_null_and_what_was_said_stays(before: Flask) -> None:
    upgrade(revision="0016")

    assert rows(PEOPLE) == [SAID, (None,) * 6, ("…", "", None, "DIR", None, "no")]
    assert rows(LINES) == [("ada@example.org", "email", None, None), (None,) * 4]
    assert rows(OTHERS) == [(None,) * 5]


def test_the_step_before_has_its_codes_again(before: Flask) -> None:
    upgrade(revision="0016")
    downgrade(revision="-1")

    assert rows(PEOPLE) == [SAID, UNSAID, SIGNS]
    assert rows(LINES) == [("ada@example.org", "email", "", ""), ("",) * 4]
    assert rows(OTHERS) == [("",) * 5]
    upgrade(revision="0016")
    assert rows("SELECT count(*) FROM registrant WHERE structure IS NULL") == [(1,)]


REFUSED = (
    {"structure": "", "folded_structure": ""},
    {"structure_type": "NR"},
    {"function": "NR"},
    {"department": ""},
    {"structure": None},
)


def test_the_database_takes_no_code_for_the_unknown(before: Flask) -> None:
    upgrade(revision="0016")

    changes = [update(Registrant).where(Registrant.public_id == "p0").values(wrong) for wrong in REFUSED]
    assert accepted(changes) == []
