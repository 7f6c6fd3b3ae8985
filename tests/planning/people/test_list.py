"""The list of people of a cycle: who is on it, what they hold, and who is taken off."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.accounts.signed_in import post
from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning import deeds
from tests.planning.test_actions import joins, kinds, left
from tests.planning.typed import WORKSPACE
from tests.registration.reading_mails import LANGUAGES
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation, PartStat
from webinars.outbox.models import Email
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.planning.updates.actions import send
from webinars.registration.queries import live_registrations
from webinars.storage.extensions import db


def test_people_are_found_by_part_of_a_name(desk: FlaskClient, session: Session) -> None:
    for name in ("Ada", "Bela", "Chloe"):
        joins(session, name)

    found = desk.get(f"{WORKSPACE}/people?q=bel&lang=en")
    nobody = read(desk.get(f"{WORKSPACE}/people?q=%25&lang=en"))

    assert ("bela@example.org" in read(found).lines, "ada@example.org" in found.text) == (True, False)
    assert "Nobody matches. Try a part of the name, or another session." in nobody.lines


def test_people_who_wait_are_listed_apart(desk: FlaskClient, session: Session) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")

    found = desk.get(f"{WORKSPACE}/people?session={session.slug}&status=waitlisted")

    assert ("bela@example.org" in read(found).lines, "ada@example.org" in found.text) == (True, False)


def test_the_people_of_a_cancelled_session_hold_nothing(desk: FlaskClient, session: Session) -> None:
    person = joins(session, "Ada").registrant
    db.session.execute(update(Invitation).values(partstat=PartStat.ACCEPTED))
    deeds.cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()

    page = read(desk.get(f"{WORKSPACE}/people?lang=en"))
    asked = read(desk.get(f"{WORKSPACE}/people/{person.public_id}/withdraw?lang=en"))

    [ada] = [row.cells for row in page.rows if "ada@example.org" in row.cells[0]]
    assert "session cancelled" in ada[2]
    assert "accepted" not in ada[2]
    assert "Achats responsables Thursday 12\u00a0March 2026, 10:00–11:30 · session cancelled" in asked.lines
    assert "(séance annulée)" in read(desk.get(f"{WORKSPACE}/people?lang=fr")).text


def test_whoever_came_back_is_no_longer_withdrawn(desk: FlaskClient, session: Session) -> None:
    person = joins(session, "Ada").registrant
    post(desk, f"{WORKSPACE}/people/{person.public_id}/withdraw", {"sessions": session.slug})
    gone = desk.get(f"{WORKSPACE}/people?session={session.slug}&status=cancelled&lang=en").text
    joins(session, "Ada")

    people = read(desk.get(f"{WORKSPACE}/people?lang=en"))
    still_gone = desk.get(f"{WORKSPACE}/people?session={session.slug}&status=cancelled&lang=en").text

    assert ("ada@example.org" in gone, "ada@example.org" in still_gone) == (True, False)
    assert people.said("visually-hidden").count(session.title) == 1


def test_an_organiser_gives_a_place_back(
    desk: FlaskClient, session: Session, outbox: Callable[[], list[Email]]
) -> None:
    person = joins(session, "Ada").registrant
    left(outbox)
    address = f"{WORKSPACE}/people/{person.public_id}/withdraw"

    assert read(post(desk, f"{address}?lang=en")).points == "Nobody is withdrawn: tick at least one session"
    assert post(desk, address, {"sessions": session.slug}).status_code == 303

    assert live_registrations(person.id) == []
    assert kinds(outbox, "invitation_cancelled") == ["ada@example.org"]


TOLD = {
    # of how many messages tell who is taken off: what the list says
    "all": (
        "2 inscriptions retirées. Des messages l’en informent.",
        "2 registrations withdrawn. Messages say so.",
    ),
    "some": (
        "2 inscriptions retirées. Un message en annonce 1\u00a0: prévenez la personne du reste.",
        "2 registrations withdrawn. A message tells of 1 of them: tell the person of the rest.",
    ),
    "none": (
        "2 inscriptions retirées. Aucun message ne part\u00a0: prévenez la personne.",
        "2 registrations withdrawn. No message leaves: tell the person.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("seats", "all"),
        ("a wait", "some"),
        ("nothing left", "none"),
        ("told already", "some"),
        ("mail returns", "none"),
    ],
)
def test_the_team_reads_whether_who_is_taken_off_is_told(
    desk: FlaskClient,
    cycle: Cycle,
    session: Session,
    add_session: Callable[..., Session],
    outbox: Callable[[], list[Email]],
    language: str,
    case: str,
    told: str,
) -> None:
    other = add_session(cycle, "Autre", days=20, capacity=1)
    if case == "a wait":
        joins(other, "Bela")
    person = joins(session, "Ada").registrant
    joins(other, "Ada")
    if case != "nothing left":
        left(outbox)
    if case == "told already":
        deeds.cancel_session(other, by=NADIA, now=NOW)
        send(other, now=NOW)
        left(outbox)
    if case == "mail returns":
        mark_address(str(person.email), reason="5.1.1 unknown", now=NOW)
    db.session.commit()

    answer = post(
        desk,
        f"{WORKSPACE}/people/{person.public_id}/withdraw?lang={language}",
        {"sessions": [session.slug, other.slug]},
    )

    assert TOLD[told][language == "en"] in read(desk.get(f"{answer.location}?lang={language}")).text
