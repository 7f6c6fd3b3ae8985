"""Any number leads to a page of a list that is there, in two questions where the page exists."""

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.plans.cost import counted
from webinars.cycles.models import Cycle
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.web.paging import Page, page_of, part_of, tuples_page_of

LISTED = select(Registrant).order_by(Registrant.last_name)


@pytest.fixture
def people(cycle: Cycle) -> list[Registrant]:
    made = [
        Registrant(cycle_id=cycle.id, first_name="P", last_name=f"{n:02}", created_at=NOW, changed_at=NOW)
        for n in range(7)
    ]
    db.session.add_all(made)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    ("asked", "page", "first"),
    [(-1, 1, 0), (0, 1, 0), (1, 1, 0), (2, 2, 3), (3, 3, 6), (4, 3, 6), (999_999, 3, 6)],
)
def test_every_number_leads_to_the_nearest_page(
    people: list[Registrant], asked: int, page: int, first: int
) -> None:
    expected = (people[first : first + 3], page, 3, 7)
    pairs = tuples_page_of(LISTED.add_columns(Registrant.id), page=asked, per_page=3)

    for found in (page_of(LISTED, page=asked, per_page=3), part_of(people, page=asked, per_page=3)):
        assert (found.items, found.page, found.pages, found.total) == expected
    assert pairs == Page([(one, one.id) for one in expected[0]], *expected[1:])


@pytest.mark.parametrize("asked", [-1, 0, 1, 9])
def test_an_empty_list_is_shown_as_its_first_page(cycle: Cycle, asked: int) -> None:
    for found in (page_of(LISTED, page=asked, per_page=3), part_of([], page=asked, per_page=3)):
        assert (found.items, found.page, found.total) == ([], 1, 0)


def test_a_page_that_is_there_takes_two_questions(people: list[Registrant]) -> None:
    with counted() as cost:
        page_of(LISTED, page=3, per_page=3)

    assert len(cost.questions) == 2
