"""What the page of the day counts is counted the same elsewhere: in the tabs of a cycle, and before it is closed or cancelled."""

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_babel import force_locale

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.test_actions import joins
from tests.today.scene import CYCLE, AddSession, at, tabs
from webinars import clock
from webinars.attendance import actions
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Session
from webinars.cycles.states import Format
from webinars.planning.actions import give_back
from webinars.planning.people.queries import live_of, tally_of
from webinars.registration.actions import withdraw
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def test_the_list_of_people_says_what_the_tab_counts(
    desk: FlaskClient, session: Session, people: dict[str, Registrant], add_session: AddSession
) -> None:
    full = add_session(session.cycle, "Full", days=5, capacity=1)
    joins(full, "Ada")
    joins(full, "Chloé")
    for seen in (Conclusion.PRESENT, None):
        person = Registrant(
            cycle_id=session.cycle_id, first_name="Zoé", last_name="Müller", created_at=NOW, changed_at=NOW
        )
        db.session.add(person)
        db.session.flush()
        if seen:
            actions.state(session, person, seen, by=NADIA, now=clock.now())
    db.session.commit()

    heading = read(desk.get(f"{CYCLE}/people?lang=en")).part("list").text
    assert heading == "2 registered, 1 waiting, 1 came without registering, 1 without a session"
    assert tabs(desk)["people"] == "3 registered or waiting"
    french = read(desk.get(f"{CYCLE}/people?lang=fr")).part("list").plain
    assert french == "2 inscrites, 1 en attente, 1 personne venue sans inscription, 1 sans séance"


def test_who_is_no_longer_registered_is_counted_apart_whoever_ended_it(
    session: Session, people: dict[str, Registrant]
) -> None:
    def words(language: str) -> str:
        with force_locale(language):
            return tally_of(session.cycle).words.replace("\N{NO-BREAK SPACE}", " ")

    ada, bela = (live_of(people[name], now=clock.now())[0] for name in ("Ada", "Bela"))
    give_back(people["Ada"], [ada], is_all=True, by=NADIA, now=clock.now())
    db.session.commit()
    assert words("en") == "1 registered, 1 no longer registered"
    assert words("fr") == "1 inscrite, 1 n’est plus inscrite"

    withdraw(bela, now=clock.now())
    db.session.commit()
    assert words("en") == "2 no longer registered"
    assert words("fr") == "2 ne sont plus inscrites"


@pytest.mark.parametrize("step", ["close", "cancel"])
def test_before_a_cycle_is_closed_or_cancelled_sessions_under_way_are_counted(
    desk: FlaskClient,
    session: Session,
    add_session: AddSession,
    clock_of_the_day: time_machine.Traveller,
    step: str,
) -> None:
    add_session(session.cycle, "Later", days=5)
    clock_of_the_day.move_to(at(10, 30))

    lines = read(desk.get(f"{CYCLE}/{step}?lang=en")).lines
    assert "1 session is under way. 1 session is still to come." in lines
    clock_of_the_day.move_to(at(9))
    assert "2 sessions are still to come." in read(desk.get(f"{CYCLE}/{step}?lang=en")).lines


def test_a_session_under_way_is_said_to_be_so_before_it_is_cancelled(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    address = f"{CYCLE}/sessions/clauses/cancel?lang=en"
    assert "It is under way." not in desk.get(address).text
    clock_of_the_day.move_to(at(10, 30))
    assert "It is under way." in read(desk.get(address)).lines


def test_a_cycle_is_not_closed_unawares_of_a_report_that_lacks(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller
) -> None:
    clock_of_the_day.move_to(at(12))

    assert "1 report to upload" in read(desk.get(f"{CYCLE}/close?lang=en")).callouts

    session.format, session.place = Format.ON_SITE, "Mairie"
    db.session.commit()
    callouts = read(desk.get(f"{CYCLE}/close?lang=en")).callouts
    assert "Nobody has said who came to 1 session" in callouts
    assert "1 report to upload" not in callouts


@pytest.mark.parametrize("part", ["", "/people", "/messages", "/attendance", "/figures", "/settings"])
def test_every_part_of_a_cycle_says_the_same_state(
    desk: FlaskClient, session: Session, clock_of_the_day: time_machine.Traveller, part: str
) -> None:
    def state() -> str:
        said = read(desk.get(f"{CYCLE}{part}?lang=en")).said("status")
        return " ".join(one for one in ("Published", "To close") if one in said)

    assert state() == "Published"
    clock_of_the_day.move_to(at(14))
    assert state() == "To close"
