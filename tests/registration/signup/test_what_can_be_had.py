"""What a session's page, the agenda and the cycle's page say of seats: the same, and no button leads to what cannot be had."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, CLEO, called
from tests.registration.reading_pages import statements
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")


def goes(session, cycle):
    """A session for each state, by the name of the state."""
    return {
        "open": lambda: None,
        "last": lambda: setattr(session, "capacity", 20),
        "full": lambda: setattr(session, "capacity", 1),
        "closed": lambda: setattr(session, "closes_at", NOW - timedelta(days=1)),
        "later": lambda: setattr(session, "opens_at", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        "cycle closed": lambda: cycle.close(now=NOW),
        "cancelled": lambda: session.cancel(now=NOW),
        "running": lambda: None,
        "past": lambda: None,
    }


@pytest.fixture
def add_full(cycle, add_session, signs_up):
    """`add_full("Title", days=20)`: a session whose only seat Dora has."""

    def add(title, *, days=10):
        session = add_session(cycle, title, days=days, capacity=1)
        signs_up(called(ADA, "Dora", "dora@town.example.org"), session)
        return session

    return add


WORDS = {
    # state: status, what is said beside it, and the button, in French and in English
    "open": (("", "", "S’inscrire"), ("", "", "Sign up here")),
    "last": (
        ("2 dernières places sur 20", "", "S’inscrire"),
        ("Last 2 seats of 20", "", "Sign up here"),
    ),
    "full": (
        (
            "Complète, liste d’attente ouverte",
            "Cette séance est complète Vous pouvez vous inscrire sur sa liste d’attente",
            "Me mettre sur liste d’attente",
        ),
        (
            "Full, waiting list open",
            "This session is full You can join its waiting list",
            "Join the waiting list",
        ),
    ),
    "closed": (
        ("Inscriptions fermées", "Les inscriptions sont fermées", ""),
        ("Registrations closed", "Registrations are closed", ""),
    ),
    "later": (
        ("Inscriptions à partir du 4 mars, 9 h", "", ""),
        ("Registrations from 4 Mar, 9:00", "", ""),
    ),
    "cycle closed": (
        ("Inscriptions fermées", "Les inscriptions sont fermées", ""),
        ("Registrations closed", "Registrations are closed", ""),
    ),
    "cancelled": (
        ("Annulée", "Cette séance est annulée Elle n’aura pas lieu.", ""),
        ("Cancelled", "This session is cancelled It will not take place.", ""),
    ),
    "running": (
        ("En cours", "Cette séance a lieu en ce moment", ""),
        ("Taking place now", "This session is taking place now", ""),
    ),
    "past": (
        ("Séance passée", "Cette séance est terminée", ""),
        ("Past session", "This session is over", ""),
    ),
}
OWN = {  # the button on the page of the session itself
    "S’inscrire": "M’inscrire à cette séance",
    "Sign up here": "Sign up for this session",
}
LATER = {"running": timedelta(days=10, minutes=30), "past": timedelta(days=12)}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", list(WORDS))
def test_a_session_says_what_can_be_had_and_leads_to_nothing_else(
    client, cycle, session, signs_up, state, language
):
    for number in range(18):
        signs_up(called(ADA, "Ada", f"ada{number}@town.example.org"), session)
    goes(session, cycle)[state]()
    db.session.commit()

    with time_machine.travel(NOW + LATER.get(state, timedelta()), tick=False):
        page = read(client.get(f"/vto/emploi/{session.slug}?lang={language}"))
        agenda = read(client.get(f"/vto?lang={language}"))
        takes = "sign-up" in read(client.get(f"/vto/emploi?lang={language}")).ids

    status, said, button = WORDS[state][language == "en"]
    assert status in ["", *page.plain_said("status")]
    assert [box.startswith(said) for box in page.plain_said()].count(True) == bool(said)
    ways = [button] if button else []
    assert [words for words, to in page.links if "sign-up" in to] == [OWN.get(way, way) for way in ways]
    assert [words.split(" «")[0].split(" “")[0] for words, to in agenda.links if "sign-up" in to] == 2 * ways
    assert takes is bool(button)
    if state not in ("open", "cancelled", "past"):  # the agenda calls these by other names
        assert status in agenda.plain_said("status")


def test_a_full_session_counts_who_waits_and_names_the_dates_with_seats(
    client, cycle, add_session, add_full, signs_up
):
    full = add_session(cycle, "Pleine", capacity=1)
    add_session(cycle, "Comptée", days=20, capacity=80)
    add_session(cycle, "Ouverte", days=21)
    add_full("Pleine aussi", days=22)
    for person in (ADA, BELA, CLEO):
        signs_up(person, full)
    answer = client.get(f"/vto/emploi/{full.slug}")
    [said, others] = read(answer).all(class_="callout")

    assert said.lines[-1].endswith("qui reçoit l’invitation. 2\u00a0personnes attendent.")
    assert others.text.startswith("Deux autres séances de ce cycle ont encore des places")
    assert [item.text for item in others.all("li")] == [
        "Comptée, dimanche 22\u00a0mars 80\u00a0places",
        "Ouverte, lundi 23\u00a0mars",
    ]
    assert "Google Agenda" not in answer.text.split("S’abonner")[0]


def test_a_session_with_seats_speaks_of_no_other_and_offers_calendars(client, cycle, session, add_session):
    add_session(cycle, "Autre", days=20)
    page = read(client.get(f"/vto/emploi/{session.slug}"))

    assert page.said() == []
    assert page.link("Outlook.com")


def test_who_waits_for_two_full_sessions_is_one_person(client, add_full, signs_up):
    two = add_full("Pleine"), add_full("Pleine aussi", days=20)
    signs_up(ADA, *two)
    signs_up(BELA, two[0])
    page = read(client.get("/vto/emploi"))

    assert (
        "Vous pouvez vous inscrire sur leurs listes d’attente\u00a0: dès qu’une place se libère, elle revient à la "
        "première personne de la liste, qui reçoit l’invitation. 2\u00a0personnes attendent."
    ) in page.lines


def test_a_form_that_gives_no_seat_says_so(client, add_full):
    full = add_full("Pleine")
    waits = read(client.get("/vto/emploi"))
    full.capacity = None
    db.session.commit()
    gives = read(client.get("/vto/emploi"))

    assert waits.buttons[-1] == "Me mettre sur liste d’attente"
    assert "lien d’accès" not in waits.text
    assert "S’inscrire" not in waits.text
    assert gives.buttons[-1] == "M’inscrire"
    assert "Le lien d’accès y arrive. Ex.\u00a0: prenom.nom@mairie.fr" in gives.lines


@pytest.mark.parametrize(
    ("capacities", "status", "button"),
    [
        ((0, None), "Places disponibles", "S’inscrire"),
        ((0, 80), "Places disponibles", "S’inscrire"),
        ((0, 0), "Complète, liste d’attente ouverte", "Me mettre sur liste d’attente"),
        ((None,), "Places disponibles", "S’inscrire"),
        ((80,), "80 places libres sur 80", "S’inscrire"),
    ],
)
def test_the_agenda_says_for_a_cycle_what_is_best_in_it(
    client, cycle, add_session, add_full, capacities, status, button
):
    for number, capacity in enumerate(capacities):
        if capacity == 0:
            add_full(f"Séance {number}", days=10 + number)
        else:
            add_session(cycle, f"Séance {number}", days=10 + number, capacity=capacity)
    page = read(client.get("/vto"))

    [act] = page.all("p", class_="act")
    assert act.text.replace("\u00a0", " ") == f"{status} {button} « {cycle.title} »"


def test_each_date_on_the_agenda_says_its_own(client, cycle, add_session, add_full):
    add_full("Pleine")
    add_session(cycle, "Close", days=12, closes_at=NOW)
    add_session(cycle, "Ouverte", days=13)
    dates = {
        item.all("a")[0].text: item.text.replace("\u00a0", " ")
        for item in read(client.get("/vto")).all("li")
        if item.all("b") and item.all("a") and not item.all("h3")
    }

    assert list(dates.values()) == [
        "12 mars Pleine Complète, liste d’attente",
        "14 mars Close Inscriptions fermées",
        "15 mars Ouverte",
    ]


@pytest.mark.parametrize("number", [1, 30])
def test_a_session_asks_the_same_few_questions_however_many_beside_it(
    client, cycle, add_session, add_full, number
):
    address = f"/vto/emploi/{add_full('Pleine').slug}"
    for n in range(number):
        add_session(cycle, f"Séance {n}", days=11 + n, capacity=9)

    with statements() as asked:
        client.get(address)

    assert len(asked) == 5
