"""The step that lets columns stand together which only make sense together mends what is there, up and down."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, Connection, column, select, table, text
from sqlalchemy.exc import IntegrityError

from tests.rules.test_migrations import empty
from tests.rules.test_step_tries import NOW, add, rows
from webinars.storage.extensions import db

__all__ = ["empty"]
HOUR = timedelta(hours=1)
NADIA = 7
LEVELS = {"public_structures": "families", "public_territory": "departments"}
DETAILS = select(column("details", JSON())).select_from(table("incoming")).order_by(column("id"))


@pytest.fixture
def before(empty: Flask) -> Flask:
    """The step before, with half of each pair: in a cycle with a person, and another one beside it."""
    upgrade(revision="0020")
    downgrade(revision="-1")
    with db.engine.begin() as connection:
        add(connection, "organiser", id=NADIA, name="Nadia", email="Na@a.fr", email_key="")
        house = add(connection, "organisation", **LEVELS)
        cycles = [
            add(connection, "cycle", organisation_id=house, slug=state, state=state, cancelled_at=NOW)
            for state in ("draft", "published", "closed")
        ]
        person = add(connection, "registrant", cycle_id=cycles[1], source="form", email="A@a.fr")
        at = {"created_at": NOW + HOUR, "email": "b@a.fr", "email_key": "b@a.fr"}
        later = add(connection, "registrant", cycle_id=cycles[1], source="form", public_id="l", **at)
        _add_session(connection, cycles[1], person)
        _add_mails(connection, cycles[1])
        for number, (cycle, who) in enumerate(((1, person), (2, person), (1, later), (1, 999), (1, None))):
            details: dict[str, Any] = {"handed_on": True} if who is None else {"registrant": who}
            facts = {"cycle_id": cycles[cycle], "verdict": "letter", "digest": str(number)}
            add(connection, "incoming", details=details, handled_at=NOW, **facts)
    return empty


def _add_session(connection: Connection, cycle: int, person: int) -> None:
    when = {"starts_at": NOW, "ends_at": NOW + HOUR, "timezone": "Europe/Paris"}
    window = {"opens_at": NOW, "closes_at": NOW, "really_started_at": NOW, "really_ended_at": NOW}
    ids = [
        add(
            connection,
            "session",
            cycle_id=cycle,
            slug=name,
            public_id=name,
            format="online",
            capacity=0,
            **facts,
        )
        for name, facts in {
            "dated": when | window | {"state": "scheduled"},
            "gone": {"state": "cancelled"},
            "there": {"state": "scheduled", "cancelled_at": NOW},
        }.items()
    ]
    about = {"registrant_id": person, "session_id": ids[0]}
    for number, state in enumerate(("confirmed", "cancelled", "refused")):
        place = about | {"session_id": ids[number], "cancelled_at": None if state == "cancelled" else NOW}
        add(connection, "registration", state=state, canceller="attendee", reason="x", **place)
    report = add(connection, "report", session_id=ids[0], state="undone", undone_by_id=NADIA, warnings=[])
    decided = {"decision": "ignored", "proposed": "ignored", "decided_by_id": NADIA, "decided_by_name": "N"}
    line = add(connection, "report_line", report_id=report, connections=[], **decided)
    said = about | {"connections": [], "match": "email"}
    add(connection, "evidence", kind="hand", **said)
    add(connection, "evidence", kind="join_link", report_line_id=line, **said)
    add(connection, "attendance", conclusion="absent", seconds=5, match="email", **about)
    add(connection, "headcount", session_id=ids[0], withdrawn_at=NOW)
    add(connection, "reminder_round", session_id=ids[0], told=3, has_failed=True)
    add(
        connection,
        "contributor",
        session_id=ids[0],
        kind="team",
        name="",
        name_key="a",
        email="C@a.fr",
        email_key="",
    )


def _add_mails(connection: Connection, cycle: int) -> None:
    written = {"cycle_id": cycle, "standing": "all", "kinds": [], "created_by_id": NADIA}
    for state in ("scheduled", "sent", "failed"):
        add(connection, "message", public_id=state, state=state, people=4, **written)
    for state in ("sending", "sent", "queued"):
        facts = {"purpose": state, "message_id": state, "attempts": 2, "sequence": 1, "urgency": 1}
        sent = {"sent_at": NOW if state == "queued" else None, "lease": None, "recipient": "D@a.fr"}
        add(connection, "email", state=state, unanswered=0, recipient_key="", details={}, **facts, **sent)
    connection.execute(text("INSERT INTO address_mark (recipient_key, reason) VALUES ('d@a.fr', '5.1.1')"))


MENDED: dict[str, list[tuple[object, ...]]] = {
    "SELECT email, email_key FROM organiser": [("Na@a.fr", "na@a.fr")],
    "SELECT state, published_at IS NULL, closed_at IS NULL, cancelled_at IS NULL FROM cycle ORDER BY id": [
        ("draft", True, True, True),
        ("published", False, True, True),
        ("closed", False, False, False),
    ],
    "SELECT email, email_key FROM registrant ORDER BY id": [("A@a.fr", "a@a.fr"), ("b@a.fr", "b@a.fr")],
    "SELECT slug, capacity, cancelled_at IS NULL, opens_at IS NULL, really_started_at IS NULL FROM session"
    " ORDER BY id": [
        ("dated", 1, True, True, True),
        ("gone", 1, False, True, True),
        ("there", 1, True, True, True),
    ],
    "SELECT count(*) FROM session WHERE closes_at = created_at": [(1,)],
    "SELECT state, confirmed_at IS NULL, cancelled_at IS NULL, canceller, reason FROM registration"
    " ORDER BY id": [
        ("confirmed", False, True, None, None),
        ("cancelled", True, False, "attendee", "x"),
        ("refused", True, True, None, None),
    ],
    "SELECT undone_at IS NULL, undone_by_id, undone_by_name FROM report": [(False, NADIA, "Nadia")],
    "SELECT decided_at, decided_by_id, decided_by_name FROM report_line": [(None, None, None)],
    "SELECT kind, statement, match FROM evidence ORDER BY id": [
        ("hand", "unknown", None),
        ("report", None, "email"),
    ],
    "SELECT seconds, match FROM attendance": [(None, None)],
    "SELECT withdrawn_by_id, withdrawn_by_name FROM headcount": [(None, "operator")],
    "SELECT told, has_failed FROM reminder_round": [(3, False)],
    "SELECT name_key, email_key FROM contributor": [("", "c@a.fr")],
    "SELECT state, decided_by_id, decided_by_name, sent_at IS NULL, people, muted FROM message ORDER BY id": [
        ("draft", None, None, True, None, None),
        ("sent", NADIA, "x", False, 4, 0),
        ("failed", NADIA, "x", True, None, None),
    ],
    "SELECT state, attempted_at IS NULL, sent_at IS NULL, sequence, recipient_key FROM email ORDER BY id": [
        ("queued", False, True, None, "d@a.fr"),
        ("sent", False, False, None, "d@a.fr"),
        ("queued", False, True, None, "d@a.fr"),
    ],
    "SELECT reason FROM address_mark": [("",)],
    "SELECT handled_by_name FROM incoming GROUP BY handled_by_name": [("operator",)],
}


@pytest.mark.slow("a step is taken twice, over most tables")
def test_half_of_a_pair_is_completed_or_taken_away(before: Flask) -> None:
    upgrade(revision="0020")

    assert {asked: rows(asked) for asked in MENDED} == MENDED
    [clock] = rows("SELECT day, start_time, end_time FROM session WHERE slug = 'dated'")
    assert [str(one).partition(".")[0] for one in clock] == ["2026-03-02", "10:00:00", "11:00:00"]


@pytest.mark.slow("a step is taken four times, over most tables")
def test_a_letter_names_who_wrote_it_unless_somebody_else_has_the_number(before: Flask) -> None:
    with db.engine.connect() as connection:
        then = list(connection.scalars(DETAILS))
    upgrade(revision="0020")

    [(person,)] = rows("SELECT id FROM registrant WHERE email = 'A@a.fr'")
    assert rows("SELECT registrant_id FROM incoming ORDER BY id") == [
        (person,),
        (None,),
        (None,),
        (None,),
        (None,),
    ]
    with db.engine.connect() as connection:
        assert list(connection.scalars(DETAILS)) == [{}, {}, {}, {}, {"handed_on": True}]
    downgrade(revision="-1")
    with db.engine.connect() as connection:
        assert list(connection.scalars(DETAILS)) == [then[0], {}, {}, {}, then[4]]
    upgrade(revision="0020")
    assert rows("SELECT count(*) FROM incoming WHERE registrant_id IS NOT NULL") == [(1,)]


REFUSED = (
    "UPDATE organiser SET email_key = ''",
    "UPDATE cycle SET published_at = NULL WHERE state = 'published'",
    "UPDATE cycle SET closed_at = NULL WHERE state = 'closed'",
    "UPDATE cycle SET cancelled_at = created_at WHERE state = 'draft'",
    "UPDATE registrant SET email = NULL",
    "UPDATE session SET day = NULL WHERE slug = 'dated'",
    "UPDATE session SET capacity = 0",
    "UPDATE session SET opens_at = closes_at WHERE slug = 'dated'",
    "UPDATE session SET really_started_at = created_at, really_ended_at = created_at",
    "UPDATE session SET state = 'cancelled'",
    "UPDATE session SET cancelled_at = NULL",
    "UPDATE registration SET state = 'confirmed'",
    "UPDATE registration SET cancelled_at = NULL",
    "UPDATE registration SET reason = 'x'",
    "UPDATE registration SET cancelled_by_id = 7",
    "UPDATE report SET undone_at = NULL",
    "UPDATE report SET undone_by_name = NULL",
    "UPDATE report_line SET decided_by_name = 'x'",
    "UPDATE report_line SET decided_by_id = 7",
    "UPDATE evidence SET kind = 'report'",
    "UPDATE evidence SET match = 'email'",
    "UPDATE evidence SET statement = NULL",
    "UPDATE attendance SET seconds = 5",
    "UPDATE attendance SET match = 'email'",
    "UPDATE headcount SET withdrawn_by_name = NULL",
    "UPDATE message SET state = 'scheduled' WHERE state = 'failed'",
    "UPDATE message SET decided_by_name = NULL",
    "UPDATE message SET sent_at = NULL",
    "UPDATE message SET muted = NULL WHERE state = 'sent'",
    "UPDATE email SET state = 'sending'",
    "UPDATE email SET attempted_at = NULL",
    "UPDATE email SET sent_at = NULL",
    "UPDATE email SET sent_at = created_at",
    "UPDATE email SET sequence = 1",
    "UPDATE email SET recipient_key = ''",
    "UPDATE address_mark SET reason = '5.1.1'",
    "UPDATE reminder_round SET has_failed = true",
    "UPDATE contributor SET email_key = ''",
    "UPDATE contributor SET name_key = 'x'",
    "UPDATE incoming SET handled_by_name = NULL",
)


@pytest.mark.slow("a step is taken twice, over most tables")
def test_the_database_refuses_half_of_a_pair(before: Flask) -> None:
    upgrade(revision="0020")

    assert [wrong for wrong in REFUSED if not _is_refused(wrong)] == []


def _is_refused(wrong: str) -> bool:
    try:
        with db.engine.begin() as connection:
            connection.execute(text(wrong))
    except IntegrityError as error:
        return "check constraint" in str(error).lower()
    return False
