"""People are found and sorted whatever the case and accents of their names, alike on every engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.attendance.cast import everybody
from tests.conftest import NOW
from webinars.attendance.review.candidates import search_people
from webinars.cycles.models import Cycle, Session
from webinars.planning.people.queries import PeopleSearch, people_of
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.search import BY_NAME, has_namesake
from webinars.storage.database import FOLDED_LIMIT
from webinars.storage.extensions import db
from webinars.words.folding import fold

NAMES = [
    ("Zoé", "Étienne"),
    ("Ana", "Martin Dupont"),
    ("Zacharie", "MARTIN"),
    ("Œdipe", "martin"),
    ("Ada", "Zola"),
    ("Éric", "d’Ornano"),
    ("Ève", "Élie"),
]
IN_ORDER = ["d’Ornano", "Élie", "Étienne", "martin", "MARTIN", "Martin Dupont", "Zola"]


def person(cycle: Cycle, first: str, last: str, **facts: str) -> Registrant:
    return Registrant(
        cycle_id=cycle.id, first_name=first, last_name=last, created_at=NOW, changed_at=NOW, **facts
    )


@pytest.fixture
def people(cycle: Cycle, session: Session) -> list[Registrant]:
    made = [person(cycle, first, last, structure="Ville d’Évry") for first, last in NAMES]
    for one in made:
        place = Registration(
            registrant=one,
            session=session,
            state=RegistrationState.CONFIRMED,
            created_at=NOW,
            confirmed_at=NOW,
        )
        db.session.add(place)
    db.session.commit()
    return made


def test_every_list_stands_in_the_same_order(
    cycle: Cycle, session: Session, people: list[Registrant]
) -> None:
    page, _held = people_of(cycle, PeopleSearch(), page=1, now=NOW)

    assert [one.last_name for one in page] == IN_ORDER
    assert [line.registrant.last_name for line in everybody(session)] == IN_ORDER
    assert [one.last_name for one in search_people(session, "")] == IN_ORDER


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("élie", ["Élie"]),
        ("ELIE", ["Élie"]),
        ("étienne zoe", ["Étienne"]),
        ("d'ornano", ["d’Ornano"]),
        ("oedipe", ["martin"]),
        ("EVRY zola", ["Zola"]),
        ("évry", IN_ORDER),
        ("100%", []),
        ("_", []),
        ("@", []),
    ],
)
def test_search_knows_neither_case_nor_accents(
    cycle: Cycle, session: Session, people: list[Registrant], typed: str, found: list[str]
) -> None:
    page, _held = people_of(cycle, PeopleSearch(words=typed), page=1, now=NOW)

    assert [one.last_name for one in page] == found
    assert [one.last_name for one in search_people(session, typed)] == found


def test_an_address_is_found_as_it_is_written(cycle: Cycle, session: Session) -> None:
    db.session.add(
        person(cycle, "Ada", "Lovelace", email="a_da@town.example.org", email_key="a_da@town.example.org")
    )
    db.session.add(
        person(cycle, "Ida", "Noddack", email="axda@town.example.org", email_key="axda@town.example.org")
    )
    db.session.commit()

    assert [one.first_name for one in search_people(session, "A_DA@town")] == ["Ada"]


def test_namesakes_are_those_with_the_same_folded_name(cycle: Cycle) -> None:
    ada, other = person(cycle, "Éléonore", "Le Goff"), person(cycle, "ELEONORE", "LE GOFF")
    reversed_, alone = person(cycle, "Le Goff", "Éléonore"), person(cycle, "Élie", "Le Goff")
    db.session.add_all([ada, other, reversed_, alone])
    db.session.flush()

    assert [has_namesake(one) for one in (ada, other, reversed_, alone)] == [True, True, False, False]


def test_the_columns_follow_every_change_of_name(cycle: Cycle) -> None:
    one = person(cycle, "Ada", "Lovelace")
    db.session.add(one)
    db.session.flush()

    one.last_name = "Byron-King"
    one.structure = "Société d’Étude"
    db.session.commit()

    found = db.session.scalars(select(Registrant).order_by(*BY_NAME)).one()
    assert (found.folded_name, found.name_key) == ("byron king  ada", "ada byron king")
    assert found.folded_structure == "societe detude"


@given(st.text(max_size=120), st.text(max_size=120))
def test_whatever_a_name_is_made_of_it_fits(first: str, last: str) -> None:
    one = Registrant(last_name=last, first_name=first)

    assert one.folded_name == f"{fold(last)}  {fold(first)}"[:FOLDED_LIMIT]
    assert max(len(one.folded_name), len(one.name_key)) <= FOLDED_LIMIT
