"""Somebody with many places: what comes next is shown, and the rest is one step away."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.conftest import NOW
from tests.page import read
from tests.planning.typed import WORKSPACE
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

PEOPLE = f"{WORKSPACE}/people?lang=en"


@pytest.fixture
def ada(cycle: Cycle, sessions: list[Session]) -> Registrant:
    """Ada, who holds ten of them, and gave the last one back."""
    person = Registrant(
        cycle_id=cycle.id,
        first_name="Ada",
        last_name="Lovelace",
        email="ada@town.example.org",
        email_key="ada@town.example.org",
        created_at=NOW,
        changed_at=NOW,
    )
    for session in sessions[35:45]:
        db.session.add(
            Registration(
                registrant=person,
                session=session,
                state=RegistrationState.CONFIRMED,
                created_at=NOW,
                confirmed_at=NOW,
            )
        )
    db.session.flush()
    last = person.id
    given_back = Registration(
        registrant_id=last,
        session=sessions[50],
        state=RegistrationState.CANCELLED,
        cancelled_at=NOW,
        created_at=NOW - timedelta(days=1),
    )
    db.session.add(given_back)
    db.session.commit()
    return person


def held(desk: FlaskClient, address: str) -> list[str]:
    """The titles of the sessions shown beside Ada."""
    holds = read(desk.get(address)).said("holds")[0]
    return re.findall(r"Rencontre \d\d", holds)


def test_a_person_is_shown_with_what_comes_next_and_the_rest_is_one_step_away(
    desk: FlaskClient, ada: Registrant
) -> None:
    page = read(desk.get(PEOPLE))

    assert held(desk, PEOPLE) == [
        "Rencontre 40",
        "Rencontre 41",
        "Rencontre 42",
        "Rencontre 43",
        "Rencontre 44",
    ]
    assert page.link("and 6 others Ada Lovelace")
    whole = held(desk, f"{PEOPLE}&whole={ada.public_id}")
    assert whole == [f"Rencontre {n}" for n in [*range(35, 45), 50]]


def test_what_is_looked_for_stands_first(desk: FlaskClient, ada: Registrant) -> None:
    assert "Rencontre 35" in held(desk, f"{PEOPLE}&session=rencontre-35")
    assert "Rencontre 50" in held(desk, f"{PEOPLE}&status=cancelled")
    assert read(desk.get(f"{PEOPLE}&status=cancelled")).link("Remove from sessions… Ada Lovelace")


def test_nothing_is_offered_to_who_can_give_nothing_back(desk: FlaskClient, ada: Registrant) -> None:
    db.session.execute(update(Session).values(starts_at=NOW, ends_at=NOW + timedelta(hours=1)))
    db.session.commit()

    assert "Remove from sessions" not in desk.get(PEOPLE).text


def test_a_person_costs_the_same_statements_whatever_they_hold(
    desk: FlaskClient, ada: Registrant, count_queries: Callable[..., object]
) -> None:
    whole = f"{PEOPLE}&whole={ada.public_id}"
    with count_queries() as few:  # type: ignore[attr-defined]
        desk.get(PEOPLE)
    with count_queries() as all_of_them:  # type: ignore[attr-defined]
        desk.get(whole)

    assert few.count == all_of_them.count
