"""Lists of many: so many a page, and after a word said on one the same words, filter and page again."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from tests.accounts.signed_in import post
from tests.attendance.crowd import crowd
from tests.attendance.test_attendees import HEAVIEST
from tests.conftest import NOW
from tests.page import read
from tests.planning.typed import WORKSPACE
from webinars.accounts.models import BrowserSession, Membership, Organisation, Organiser, Role
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db

PEOPLE = f"{WORKSPACE}/people"
DELIVERIES = f"{WORKSPACE}/messages/deliveries"
ANSWERS = f"{WORKSPACE}/messages/answers"
MEMBERS = "/organise/vto/settings/members"
ARGUMENTS = "q=ville&page=2"


def somebody() -> Registrant:
    return db.session.scalars(select(Registrant).where(Registrant.last_name == "00060")).one()


@pytest.mark.parametrize("address", [PEOPLE, f"{PEOPLE}?q=evry&status=confirmed", DELIVERIES])
def test_people_cost_and_weigh_the_same_whatever_their_number(
    desk: FlaskClient, session: Session, count_queries, address: str
) -> None:  # type: ignore[no-untyped-def]
    crowd(session, 10)
    with count_queries() as few:
        desk.get(address)
    crowd(session, 1000, after=10)
    with count_queries() as many:
        page = desk.get(address)

    assert few.count == many.count
    assert len(page.data) < HEAVIEST


def test_whoever_takes_somebody_off_comes_back_to_the_list_they_left(
    desk: FlaskClient, session: Session
) -> None:
    crowd(session, 120)
    address = f"{PEOPLE}/{somebody().public_id}/withdraw?q=ville&status=confirmed&page=2"

    assert address in read(desk.get(f"{PEOPLE}?q=ville&status=confirmed&page=2")).addresses
    asked = read(desk.get(address))
    done = post(desk, address, {"sessions": session.slug})

    assert asked.addresses.count(f"{PEOPLE}?q=ville&status=confirmed&page=2") == 2
    assert done.location == f"{PEOPLE}?q=ville&status=confirmed&page=2"


@pytest.mark.parametrize("word", ["again", "right", ""])
def test_whoever_mends_an_address_comes_back_to_the_list_they_left(
    desk: FlaskClient, session: Session, word: str
) -> None:
    crowd(session, 60)
    address = f"{DELIVERIES}/{somebody().public_id}{word and '/'}{word}?{ARGUMENTS}"

    answer = post(desk, address, {"email": "other@example.org"})

    assert answer.location == f"{DELIVERIES}?{ARGUMENTS}"


@pytest.fixture
def letters(cycle: Cycle) -> list[int]:
    """Forty-five messages that wait, of the cycle; as many of none."""
    told = {"verdict": Verdict.LETTER, "needs_person": True, "received_at": NOW}
    rows = [
        {**told, "digest": f"{number:064}", "subject": f"Lettre {number:02}", "cycle_id": cycle.id if number < 45 else None}
        for number in range(90)
    ]  # fmt: skip
    db.session.execute(insert(Incoming), rows)
    db.session.commit()
    return list(db.session.scalars(select(Incoming.id).order_by(Incoming.id)))


@pytest.mark.parametrize(("address", "first"), [(ANSWERS, 0), ("/organise/vto/incoming", 45)])
def test_a_tray_says_how_many_wait_and_shows_twenty_a_page(
    desk: FlaskClient, letters: list[int], address: str, first: int
) -> None:
    page = read(desk.get(f"{address}?tray=3&lang=en"))

    assert page.turned_to == "Page 3 of 3"
    subjects = [said.text for said in page.all("dd") if said.text.startswith("Lettre")]
    assert subjects == [f"Lettre {first + number}" for number in range(40, 45)]
    answer = post(desk, f"{address}/{letters[first + 41]}/handled?tray=3")
    assert answer.location.partition("#")[0] == f"{address}?tray=3"


def test_all_that_waits_is_counted(desk: FlaskClient, letters: list[int], cycle: Cycle) -> None:
    rows = [{"verdict": Verdict.LETTER, "needs_person": True, "received_at": NOW} for _one in range(210)]  # fmt: skip
    db.session.execute(
        insert(Incoming), [{**row, "digest": f"x{number:063}"} for number, row in enumerate(rows)]
    )
    db.session.commit()

    page = read(desk.get(f"{ANSWERS}?lang=en"))

    assert page.part("tray").text == "45 messages wait for you"
    assert "255 messages belong to no cycle" in page.callouts


def test_members_stand_fifty_a_page(desk: FlaskClient, organisation: Organisation) -> None:
    for number in range(60):
        address = f"m{number:02}@vto.example.org"
        person = Organiser(name=f"Membre {number:02}", email=address, email_key=address, created_at=NOW)
        role = Role.ORGANISER
        db.session.add(Membership(organisation=organisation, organiser=person, role=role, created_at=NOW))
    db.session.commit()

    page = read(desk.get(f"{MEMBERS}?page=2&lang=en"))
    last = [address for address in page.addresses if address.endswith("/remove?page=2")]

    assert (page.turned_to, len(last)) == ("Page 2 of 2", 11)
    done = post(desk, last[0], {"attempt": read(desk.get(last[0])).values["attempt"]})
    assert done.location == f"{MEMBERS}?page=2"


def test_browsers_stand_fifty_a_page(desk: FlaskClient, nadia: Organiser) -> None:
    for number in range(60):
        at = NOW - timedelta(minutes=number)
        db.session.add(
            BrowserSession(digest=f"{number:064}", organiser_id=nadia.id, created_at=at, seen_at=at)
        )
    db.session.commit()

    assert read(desk.get("/organise/account/sessions?page=9&lang=en")).turned_to == "Page 2 of 2"
