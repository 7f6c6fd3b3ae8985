"""A date says its year where it is not the present one, and where years meet."""

from datetime import date

import pytest
import time_machine
from flask_babel import force_locale

from tests.conftest import NOW
from tests.page import read
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db
from webinars.words.dates import says_year, short_date

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("days", "is_said"),
    [
        ([], False),
        ([None], False),
        ([date(2026, 12, 31), None], False),
        ([date(2027, 1, 1)], True),
        ([date(2025, 12, 31)], True),
        ([date(2026, 12, 31), date(2027, 1, 1)], True),
    ],
)
def test_the_year_is_said_where_it_is_not_the_present_one(days, is_said):
    assert says_year(days, today=TODAY) is is_said


@pytest.mark.parametrize(("language", "words"), [("fr", "mar. 17\u00a0nov."), ("en", "Tue 17\u00a0Nov")])
def test_a_short_date_has_its_weekday_as_subjects_have_it(app, language, words):
    with app.test_request_context(), force_locale(language):
        assert short_date(date(2026, 11, 17), weekday=True) == words


def test_a_short_date_with_its_year_does_not_break(app):
    with app.test_request_context(), force_locale("fr"):
        assert short_date(date(2027, 1, 14), year=True) == "14\u00a0janv.\u00a02027"


@pytest.mark.parametrize("address", ["/vto", "/vto/emploi", "/organise/vto", "/organise/vto/cycles/emploi"])
def test_pages_say_the_year_of_a_session_next_year(desk, cycle, add_session, address):
    add_session(cycle, "Cette année", days=10)
    before = read(desk.get(address)).text
    add_session(cycle, "L’an prochain", days=330)
    after = read(desk.get(address)).text

    assert "2027" not in before
    assert "2027" in after


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("attendance", "jeu. 12 mars 2026"),
        ("messages/reminders", "jeu. 12 mars 2026, 9 h"),
        ("people?q=zz", "12 mars 2026 · Cette année"),
        ("messages/new", "12 mars 2026 · Cette année"),
    ],
)
def test_lists_of_the_desk_say_each_year_where_years_meet(desk, cycle, add_session, page, said):
    add_session(cycle, "Cette année", days=10)
    alone = read(desk.get(f"/organise/vto/cycles/emploi/{page}")).plain
    add_session(cycle, "L’an prochain", days=330)
    beside = read(desk.get(f"/organise/vto/cycles/emploi/{page}")).plain

    assert (said in alone, said in beside) == (False, True)


def test_dates_that_have_seats_beside_a_full_session_all_say_their_year(client, cycle, add_session):
    add_session(cycle, "Complète", days=10, capacity=1, closes_at=NOW)
    add_session(cycle, "Cette année", days=20)
    add_session(cycle, "L’an prochain", days=330)

    said = read(client.get("/vto/emploi/complète")).plain

    assert "Cette année , dimanche 22 mars 2026" in said
    assert "2027" in said


def test_the_sessions_of_one_person_all_say_their_year_where_years_meet(desk, cycle, add_session):
    sessions = [add_session(cycle, "Cette année", days=10), add_session(cycle, "L’an prochain", days=330)]
    person = Registrant(
        cycle_id=cycle.id, first_name="Ada", last_name="Lovelace", created_at=NOW, changed_at=NOW
    )
    for session in sessions:
        db.session.add(
            Registration(
                registrant=person,
                session=session,
                state=RegistrationState.CONFIRMED,
                created_at=NOW,
                confirmed_at=NOW,
            )
        )
    db.session.commit()

    held = read(desk.get("/organise/vto/cycles/emploi/people")).text

    assert "12\u00a0mars\u00a02026" in held
    assert "2027" in held
