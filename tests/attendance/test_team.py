"""Those who run a session and registered for it too: on the list, marked, counted nowhere."""

import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.attendance.cast import everybody
from tests.attendance.demo import DATA
from tests.attendance.test_pages import BASE
from tests.conftest import NOW
from tests.page import read
from tests.planning.typed import SESSION
from webinars.actors import Actor
from webinars.attendance import queries
from webinars.attendance.attendees import tally_of
from webinars.attendance.conclusion import conclude_session
from webinars.attendance.imports.actions import apply_report
from webinars.attendance.imports.preparation import preview_report
from webinars.attendance.models import Attendance, Conclusion, Evidence, EvidenceKind
from webinars.cycles.models import Contributor, Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

BY_ADDRESS = ("S.", "Abgrall", "Solene.Abgrall@univ.example.org")
BY_NAME = ("SOLÈNE", "Abgrall", "sa@home.example.net")
NEW = ("Zoé", "Müller", "zoe@town.example.org")


def registers(session: Session, first: str, last: str, email: str) -> Registrant:
    person = Registrant(
        cycle_id=session.cycle_id,
        first_name=first,
        last_name=last,
        email=email,
        email_key=email.lower(),
        created_at=NOW,
        changed_at=NOW,
    )
    place = Registration(
        registrant=person,
        session=session,
        state=RegistrationState.CONFIRMED,
        created_at=NOW,
        confirmed_at=NOW,
    )
    db.session.add_all([person, place])
    db.session.commit()
    return person


def told(session: Session) -> tuple[object, ...]:
    """Everything the organiser reads as a number."""
    return tally_of(session, 0), queries.conclusions_of([session])


@pytest.mark.parametrize("who", [BY_ADDRESS, BY_NAME])
def test_a_speaker_who_registered_changes_no_count(
    demo_1: Session, zoom: bytes, who: tuple[str, str, str]
) -> None:
    report = apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    before = told(demo_1)

    speaker = registers(demo_1, *who)
    conclude_session(demo_1, by=NADIA, now=NOW)

    assert told(demo_1) == before
    assert report.undone_at is None
    assert db.session.scalar(select(Attendance).where(Attendance.registrant_id == speaker.id)) is None
    lines = {line.registrant.id: line for line in everybody(demo_1)}
    assert (lines[speaker.id].is_team, lines[speaker.id].is_walk_in) == (True, False)
    assert sum(line.is_team for line in lines.values()) == 1


def test_control_anybody_else_who_registered_is_absent(demo_1: Session, zoom: bytes) -> None:
    apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    person = registers(demo_1, *NEW)

    conclude_session(demo_1, by=NADIA, now=NOW)

    row = db.session.scalars(select(Attendance).where(Attendance.registrant_id == person.id)).one()
    assert row.conclusion is Conclusion.ABSENT


def test_a_report_is_read_the_same_with_and_without_the_speaker_s_registration(
    demo_1: Session, zoom: bytes
) -> None:
    before = preview_report(demo_1, zoom, now=NOW).as_json()

    registers(demo_1, *BY_ADDRESS)

    assert preview_report(demo_1, zoom, now=NOW).as_json() == before
    expected = next(
        one
        for one in json.loads((DATA / "expected.json").read_text())["reports"]
        if one["webinar_id"] == "demo-1"
    )
    assert before["staff"] == expected["staff"]


def test_a_speaker_who_joins_from_the_address_they_registered_with_is_the_team(
    demo_1: Session, zoom: bytes
) -> None:
    registers(demo_1, *BY_NAME)
    claire = next(line for line in zoom.splitlines() if line.startswith(b"Claire Dumas"))
    speaker = claire.replace(b"Claire Dumas", b"Salle 4").replace(
        b"claire.dumas@example.org", b"sa@home.example.net"
    )

    assert "Salle 4" in preview_report(demo_1, zoom + speaker + b"\r\n", now=NOW).as_json()["staff"]


def test_whoever_was_seen_and_is_named_in_the_team_later_counts_no_more(demo_1: Session) -> None:
    person = registers(demo_1, *NEW)
    db.session.add(
        Evidence(
            session_id=demo_1.id,
            registrant_id=person.id,
            kind=EvidenceKind.JOIN_LINK,
            statement=Conclusion.PRESENT,
            stated_at=NOW,
            stated_by=Actor(None, "attendee"),
        )
    )
    db.session.flush()
    conclude_session(demo_1, by=NADIA, now=NOW)
    present = queries.conclusions_of([demo_1])[demo_1.id]
    assert present == {Conclusion.PRESENT: 1}

    speaker = Contributor(session_id=demo_1.id, name="Muller Zoe")
    db.session.add(speaker)
    db.session.flush()
    assert queries.conclusions_of([demo_1])[demo_1.id] == {}

    speaker.name = "Zoé Mulot"
    db.session.flush()
    assert queries.conclusions_of([demo_1])[demo_1.id] == present


def test_the_list_says_team_and_offers_no_tick(desk: FlaskClient, demo_1: Session) -> None:
    speaker = registers(demo_1, *BY_NAME)

    row = read(desk.get(BASE)).part(f"p-{speaker.public_id}")

    assert row.said("status") == ["équipe, non comptée"]
    assert row.buttons == []
    assert "non pointé·e" not in row.text


def test_naming_somebody_in_the_programme_concludes_again(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    apply_report(demo_1, zoom, file_name="zoom.csv", by=NADIA, now=NOW)
    person = registers(demo_1, *NEW)
    page = "/organise/vto/cycles/emploi/sessions/demo-1"
    typed = SESSION | {"day": "2024-03-12", "title": demo_1.title}
    speaker = {
        "contributors-0-kind": "speaker", "contributors-0-name": "Zoé Müller", "contributors-0-role": "",
        "contributors-0-organisation": "", "contributors-0-email": "",
    }  # fmt: skip
    rows = select(Attendance.conclusion).where(Attendance.registrant_id == person.id)

    assert post(desk, page, typed | speaker).status_code == 303
    assert db.session.scalars(rows).all() == []

    assert post(desk, page, typed | speaker | {"contributors-0-name": "Zoé Mulot"}).status_code == 303
    assert db.session.scalars(rows).all() == [Conclusion.ABSENT]
