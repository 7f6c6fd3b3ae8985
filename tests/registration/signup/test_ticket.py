"""The date a cycle's page shows first: which one, what it is called, and where its button leads."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA
from webinars.cycles.states import Format, SessionState
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

CANCELLED = {"state": SessionState.CANCELLED, "cancelled_at": NOW}
CLOSED = {"closes_at": NOW - timedelta(days=1)}
LATER = {"opens_at": NOW + timedelta(days=1)}
UNDATED = {"day": None, "start_time": None, "end_time": None, "starts_at": None, "ends_at": None}
FULL = {"capacity": 1}

# what the sessions of 12, 13 and 14 March are; the label, the day that is shown, its status, the button
FOUND = {
    "open": (({}, {}), ("Prochaine séance", "12", "", "S’inscrire")),
    "first cancelled": ((CANCELLED, {}), ("Prochaine séance", "13", "", "S’inscrire")),
    "first closed": ((CLOSED, {}), ("Prochaine séance avec des places", "13", "", "S’inscrire")),
    "first full": ((FULL, {}), ("Prochaine séance avec des places", "13", "", "S’inscrire")),
    "all full": (
        (FULL, FULL),
        ("Prochaine séance", "12", "Complète, liste d’attente ouverte", "Me mettre sur liste d’attente"),
    ),
    "closed, then full": (
        (CLOSED, FULL),
        (
            "Prochaine séance avec liste d’attente",
            "13",
            "Complète, liste d’attente ouverte",
            "Me mettre sur liste d’attente",
        ),
    ),
    "later": (
        (LATER, LATER),
        ("Prochaine séance", "12", "Inscriptions à partir du 3 mars, 10 h", "Voir l’agenda"),
    ),
    "alone": (({},), ("Date et lieu", "12", "", "S’inscrire")),
    "all cancelled": ((CANCELLED, CANCELLED), ("Dernière séance", "13", "Annulée", "Voir l’agenda")),
}


def ticket(client, address="/vto/emploi"):
    """The label, the day, the status and the button of the first screen."""
    [found] = read(client.get(address)).all("aside")
    [day] = found.all("span", class_="day")[:1]
    [*status] = found.all(class_="state")[0].all(class_="status")
    [button] = found.all("a", class_="button")
    return found.part("ticket").text, day.text, status[0].plain if status else "", button.text


@pytest.mark.parametrize(("sessions", "said"), FOUND.values(), ids=FOUND)
def test_the_next_date_one_can_have_a_seat_at_stands_first(
    client, cycle, add_session, signs_up, sessions, said
):
    for number, facts in enumerate(sessions):
        session = add_session(cycle, f"Séance {number}", days=10 + number, **facts)
        if facts is FULL:
            signs_up(ADA, session)
    db.session.commit()

    assert ticket(client) == said


def test_what_runs_is_said_to_and_what_is_over_stands_last(client, cycle, add_session):
    add_session(cycle, "Un", days=10, capacity=None)
    add_session(cycle, "Deux", days=11)
    with time_machine.travel(NOW + timedelta(days=10, minutes=5), tick=False):
        assert ticket(client)[:2] == ("En ce moment", "12")
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert ticket(client) == ("Dernière séance", "13", "Séance passée", "Voir l’agenda")


def test_a_session_without_a_date_says_so(client, cycle, add_session):
    add_session(cycle, "Un", **UNDATED)
    [found] = read(client.get("/vto/emploi")).all("aside")

    assert found.plain_lines[:3] == ["Date et lieu", "Date à préciser", "horaires à préciser"]


def test_a_cancelled_cycle_announces_no_date(client, cycle, session):
    cycle.cancel(now=NOW)
    db.session.commit()
    [found] = read(client.get("/vto/emploi")).all("aside")

    assert found.all("time") == []
    assert found.addresses == ["/vto"]


def test_a_session_says_which_it_is_of_those_that_take_place(client, cycle, add_session):
    add_session(cycle, "Un", days=10)
    add_session(cycle, "Annulée", days=11, **CANCELLED)
    third = add_session(cycle, "Trois", days=12)

    assert ticket(client, f"/vto/emploi/{third.slug}")[0] == "Webinaire 2\u00a0sur 2"


def test_clock_and_place_are_said_once_where_all_share_them(client, cycle, add_session):
    for days in (10, 11):
        add_session(cycle, f"Jour {days}", days=days)
    assert read(client.get("/vto/emploi")).text.count("heure de Paris") == 1

    add_session(cycle, "Sur place", days=12, format=Format.ON_SITE, place="Toulouse")
    add_session(cycle, "Ailleurs", days=13, timezone="Indian/Reunion")
    page = read(client.get("/vto/emploi"))
    assert page.text.count("heure de Paris") == 4
    assert page.text.count("Visioconférence") == 3


def test_a_closing_day_is_said_beside_the_button(client, cycle, add_session):
    add_session(cycle, "Un", days=10, closes_at=NOW + timedelta(days=9))
    [found] = read(client.get("/vto/emploi")).all("aside")

    assert found.all(class_="state")[0].plain == "Gratuit, sans compte. Inscriptions jusqu’au 11 mars, 10 h."
