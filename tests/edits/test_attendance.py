"""Ticks and decisions: a word of somebody else, unseen, is not overruled by an old page."""

from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.actors import OTTO
from tests.attendance.cast import everybody
from tests.attendance.conftest import demo_1, zoom
from tests.conftest import NOW
from tests.edits.pages import Opened
from tests.page import read
from webinars.accounts.models import Organiser
from webinars.attendance import actions, queries
from webinars.attendance.attendees import AttendeeRow
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.models import Conclusion, Decision
from webinars.cycles.models import Session
from webinars.storage.extensions import db

__all__ = ["demo_1", "zoom"]
BASE = "/organise/vto/cycles/emploi/sessions/demo-1/attendance"


def first_person(session: Session) -> AttendeeRow:
    return next(line for line in everybody(session) if not line.is_team)


def tick(desk: FlaskClient, line: AttendeeRow, word: str, shown: str) -> tuple[int, str]:
    answer = post(desk, f"{BASE}/tick?lang=en", {"tick": f"{line.registrant.public_id}:{word}:{shown}"})
    return answer.status_code, read(answer)


def concluded(session: Session, line: AttendeeRow) -> str:
    db.session.expire_all()
    known = queries.attendance_of(session, line.registrant.id)
    return known.as_shown if known else ""


def test_a_tick_over_a_word_that_was_not_seen_is_asked_again(
    desk: FlaskClient, other_desk: FlaskClient, demo_1: Session
) -> None:
    line = first_person(demo_1)
    assert tick(other_desk, line, "excused", "")[0] == 303

    status, page = tick(desk, line, "absent", "")

    assert (status, concluded(demo_1, line)) == (409, "excused hand")
    assert "excused by hand, Otto Weiss, Monday 2\u00a0March 2026, 10:00" in page.lines
    assert "If you mean otherwise, say it again." in page.lines
    values = [part.attributes.get("value") for part in read(desk.get(BASE))]
    assert f"{line.registrant.public_id}:absent:excused hand" in values
    assert tick(desk, line, "absent", "excused hand")[0] == 303
    assert concluded(demo_1, line) == "absent hand"


def test_the_same_word_twice_is_said_once_and_ones_own_may_be_changed(
    desk: FlaskClient, demo_1: Session
) -> None:
    line = first_person(demo_1)

    answers = [tick(desk, line, word, "")[0] for word in ("present", "present", "absent", "", "")]

    assert (answers, concluded(demo_1, line)) == ([303] * 5, "")
    assert len(queries.evidence_of(demo_1, line.registrant.id)) == 0


def test_a_report_that_came_meanwhile_is_seen_before_it_is_overruled(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    imports_actions.apply_report(demo_1, zoom, file_name="zoom.csv", by=OTTO, now=NOW)
    db.session.commit()
    line = next(one for one in everybody(demo_1) if one.as_shown == "present report")

    assert tick(desk, line, "absent", "")[0] == 409
    assert concluded(demo_1, line) == "present report"


def waiting_line(session: Session) -> str:
    return next(one.public_id for one in queries.lines_of(session) if one.name == "Castagne O.")


def decision_of(session: Session) -> tuple[Decision, str | None]:
    db.session.expire_all()
    line = queries.find_line(session, waiting_line(session))
    assert line is not None
    return line.decision, line.decided_by and line.decided_by.name


def test_a_line_decided_meanwhile_is_not_decided_again_unseen(
    desk: FlaskClient, other_desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    imports_actions.apply_report(demo_1, zoom, file_name="zoom.csv", by=OTTO, now=NOW)
    db.session.commit()
    address = f"{BASE}/review/{waiting_line(demo_1)}"
    here, late, there = Opened(desk, address, {}), Opened(desk, address, {}), Opened(other_desk, address, {})
    claire = {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"}

    assert there.send(decision="ignore").status_code == 303
    asked = here.send(decision="walk-in", **claire)
    undone = post(desk, f"{address}/undo", late.made_from)

    assert (asked.status_code, undone.status_code, decision_of(demo_1)) == (
        409,
        409,
        (Decision.IGNORED, "Otto Weiss"),
    )
    assert "Nothing is changed: Otto Weiss dealt with this line while you had it open" in read(asked).callouts
    kept = read(asked).values
    assert {name: kept[name] for name in ("walk-first_name", "walk-last_name")}.items() <= claire.items()
    assert here.again(asked, decision="walk-in", **claire).status_code == 303
    assert here.send(decision="walk-in", **claire).status_code == 303
    assert decision_of(demo_1) == (Decision.WALK_IN, "Nadia Benali")


def test_a_word_by_command_counts_as_one(desk: FlaskClient, demo_1: Session) -> None:
    line = first_person(demo_1)
    actions.state(demo_1, line.registrant, Conclusion.EXCUSED, by=OTTO, now=NOW)
    db.session.commit()

    assert tick(desk, line, "", "")[0] == 409
    assert concluded(demo_1, line) == "excused hand"


def test_two_organisers_of_one_name_are_two_people(
    desk: FlaskClient, other_desk: FlaskClient, demo_1: Session, otto: Organiser
) -> None:
    otto.name = "Nadia Benali"
    db.session.commit()
    line = first_person(demo_1)
    assert tick(other_desk, line, "excused", "")[0] == 303

    assert (tick(desk, line, "absent", "")[0], concluded(demo_1, line)) == (409, "excused hand")


def test_whoever_is_called_otherwise_since_may_still_change_their_own_word(
    desk: FlaskClient, demo_1: Session, nadia: Organiser
) -> None:
    line = first_person(demo_1)
    assert tick(desk, line, "excused", "")[0] == 303
    nadia.name = "Nadia B."
    db.session.commit()

    assert (tick(desk, line, "absent", "")[0], concluded(demo_1, line)) == (303, "absent hand")


def test_a_walk_in_of_one_organiser_is_undone_by_another_of_the_name_who_has_seen_it(
    desk: FlaskClient, other_desk: FlaskClient, demo_1: Session, zoom: bytes, otto: Organiser
) -> None:
    otto.name = "Nadia Benali"
    imports_actions.apply_report(demo_1, zoom, file_name="zoom.csv", by=OTTO, now=NOW)
    db.session.commit()
    address = f"{BASE}/review/{waiting_line(demo_1)}"
    unseen = Opened(desk, address, {}).made_from
    claire = {"walk-first_name": "Claire", "walk-last_name": "Dumas", "walk-structure_type": "NR"}
    assert Opened(other_desk, address, {}).send(decision="walk-in", **claire).status_code == 303
    assert decision_of(demo_1) == (Decision.WALK_IN, "Nadia Benali")

    assert post(desk, f"{address}/undo", unseen).status_code == 409
    assert post(desk, f"{address}/undo", Opened(desk, address, {}).made_from).status_code == 303
    assert decision_of(demo_1)[1] is None
