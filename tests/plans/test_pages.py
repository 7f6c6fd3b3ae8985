"""What a page costs follows from what it shows, however much the instance holds beside."""

import os

import pytest
from flask import Flask

from bench.neighbours import add_neighbours, add_people, analyse
from tests.plans.cost import large_tables, read_whole
from tests.plans.walk import Walked, table, walked
from tests.requirements import ENGINE
from tests.rules.states import House
from tests.storage.test_unavailable import only_on_sqlite
from webinars import clock
from webinars.cycles.models import Cycle

# an instance on SQLite never learns how much it holds of what; PostgreSQL does by itself
IS_ANALYSED = [True] if os.environ.get(ENGINE) == "postgresql" else [False, True]
LARGE = 500  # rows
MOST = 1.5  # times what a page of a small cycle costs alone
LITTLE = 300  # steps that are not compared


pytestmark = pytest.mark.slow(
    "thousands of registrations are stored, and every page is asked for beside them"
)


def dearer(alone: dict[str, Walked], beside: dict[str, Walked], most: float = MOST) -> set[str]:
    """The pages that cost so many times more than they did."""
    return {
        address
        for address, one in beside.items()
        if len(one.cost.statements) > most * len(alone[address].cost.statements)
        or one.cost.steps > most * alone[address].cost.steps + LITTLE
    }


def of_cycles(pages: dict[str, Walked]) -> dict[str, Walked]:
    """Those that show one cycle, or less; not what the whole organisation has."""
    return {address: one for address, one in pages.items() if one.is_of_a_cycle}


def expect_plans(pages: dict[str, Walked], *, large: int) -> None:
    """No statement of these pages reads a large table whole, or once per row."""
    tables = large_tables(large)
    assert {"registration", "registrant", "email", "invitation", "attendance", "evidence"} <= tables
    assert read_whole((one.cost for one in pages.values()), tables) == {}


# some hundred pages each: more than two seconds
def test_a_small_cycle_costs_beside_others_what_it_costs_alone(app: Flask, house: House) -> None:
    only_on_sqlite()  # tables of some thousand rows PostgreSQL reads as a whole, and is right: it is asked in full
    alone = walked(app, house)
    add_neighbours(house.scene.past.cycle.organisation, cycles=20, people=50)

    beside = walked(app, house)

    assert len(of_cycles(beside)) > 100
    assert dearer(alone, of_cycles(beside)) == set()
    expect_plans(beside, large=LARGE)


@pytest.mark.full
@pytest.mark.parametrize("is_analysed", IS_ANALYSED)
def test_a_small_cycle_costs_beside_200_000_registrations_what_it_costs_alone(
    app: Flask, house: House, is_analysed: bool
) -> None:
    alone = walked(app, house)
    add_neighbours(house.scene.past.cycle.organisation, cycles=200, people=200)
    if is_analysed:
        analyse()

    beside = walked(app, house)

    print(table(alone, beside))
    assert dearer(alone, of_cycles(beside)) == set()
    expect_plans(beside, large=10 * LARGE)


def test_what_an_organisation_sees_of_its_cycles_grows_no_faster_than_they(app: Flask, house: House) -> None:
    only_on_sqlite()
    organisation = house.scene.past.cycle.organisation
    add_neighbours(organisation, cycles=80, people=2)
    few = walked(app, house)
    add_neighbours(organisation, cycles=160, people=2, first=80)

    many = walked(app, house)

    assert dearer(few, many, most=3) == set()


# who is shown fifty at a time is counted all the same, so nothing may grow faster than the people
def test_a_cycle_of_four_times_the_people_costs_at_most_four_times_as_much(app: Flask, house: House) -> None:
    only_on_sqlite()
    here, now = Cycle.id == house.scene.past.cycle_id, clock.now()
    add_people(here, 100, now=now)
    few = walked(app, house)
    add_people(here, 300, first=100, now=now)

    many = walked(app, house)

    assert dearer(few, many, most=4) == set()
