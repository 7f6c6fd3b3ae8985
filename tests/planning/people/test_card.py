"""The page of one person: all that is kept of them in the cycle, and nothing of another's."""

from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.test_actions import joins
from tests.planning.typed import WORKSPACE
from webinars.attendance import actions
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Session
from webinars.registration import consents
from webinars.registration.models import ConsentPurpose, Registrant
from webinars.storage.extensions import db


def card(desk: FlaskClient, person: Registrant) -> Page:
    return read(desk.get(f"{WORKSPACE}/people/{person.public_id}?lang=en&q=ada"))


def section(page: Page, name: str) -> str:
    return page.all("section", **{"aria-labelledby": name})[0].plain


def test_a_person_is_reached_from_the_list_and_leads_back_to_it(desk: FlaskClient, session: Session) -> None:
    person = joins(session, "Ada").registrant
    address = f"{WORKSPACE}/people/{person.public_id}?q=ada"

    assert address in read(desk.get(f"{WORKSPACE}/people?q=ada")).addresses
    assert f"{WORKSPACE}/people?q=ada" in read(desk.get(address)).addresses


def test_it_says_what_is_held_what_was_agreed_and_what_the_team_did(
    desk: FlaskClient, session: Session
) -> None:
    person = joins(session, "Ada").registrant
    other = joins(session, "Bela").registrant
    consents.decide(person, {ConsentPurpose.NEWSLETTER}, words="w", now=NOW)
    consents.decide(person, {ConsentPurpose.RECORDING}, words="w", now=NOW)
    consents.agree(other.id, [ConsentPurpose.RECORDING], words="w", now=NOW)
    actions.state(session, person, Conclusion.EXCUSED, by=NADIA, now=NOW)
    db.session.commit()

    page = card(desk, person)

    assert "registered" in page.rows[0].plain
    assert "excused" in page.rows[0].plain
    assert "Newsletter taken back" in section(page, "consents")
    assert "Appearance in the recording given" in section(page, "consents")
    assert "Attendance marked" in section(page, "journal")
    assert "not confirmed" in section(card(desk, other), "consents")
    assert "Nothing so far." in section(card(desk, other), "journal")


def test_who_came_back_is_registered_once(desk: FlaskClient, session: Session) -> None:
    person = joins(session, "Ada").registrant
    post(desk, f"{WORKSPACE}/people/{person.public_id}/withdraw", {"sessions": session.slug})
    assert "taken off by the team" in card(desk, person).rows[0].plain
    assert "Removed from sessions" in section(card(desk, person), "journal")

    joins(session, "Ada")

    assert len(card(desk, person).rows) == 1


def test_nobody_of_another_cycle_is_shown(desk: FlaskClient, session: Session) -> None:
    assert desk.get(f"{WORKSPACE}/people/nobody").status_code == 404
