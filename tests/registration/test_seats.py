"""Seat or wait, and who comes next: the decisions themselves."""

from collections.abc import Callable

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, CLEO, SignsUp
from webinars.cycles.models import Cycle, Session
from webinars.planning.actions import enlarge
from webinars.registration import seats
from webinars.registration.actions import withdraw
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.seats import Seats

SEAT, WAIT = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED


@pytest.mark.parametrize(
    ("capacity", "taken", "left", "outcome", "are_few"),
    [
        (None, 500, None, SEAT, False),
        (20, 17, 3, SEAT, False),
        (20, 18, 2, SEAT, True),
        (1, 0, 1, SEAT, False),
        (20, 20, 0, WAIT, True),
        (20, 25, 0, WAIT, True),  # seats were taken away from an old session
    ],
)
def test_whoever_comes_gets_a_seat_while_one_is_left(
    capacity: int | None, taken: int, left: int | None, outcome: RegistrationState, are_few: bool
) -> None:
    found = Seats(capacity, taken)

    assert (found.left, found.outcome, found.are_few) == (left, outcome, are_few)
    assert found.is_full is (outcome is WAIT)


@pytest.mark.parametrize(
    ("capacity", "taken", "is_overdrawn"), [(None, 9, False), (9, 9, False), (8, 9, True), (10, 9, False)]
)
def test_no_seat_that_is_given_may_go(capacity: int | None, taken: int, is_overdrawn: bool) -> None:
    assert Seats(capacity, taken).is_overdrawn is is_overdrawn


@pytest.mark.parametrize(("capacity", "taken", "enough"), [(10, 10, 13), (10, 12, 15), (10, 4, 13)])
def test_enough_seats_for_those_who_wait(capacity: int, taken: int, enough: int) -> None:
    assert Seats(capacity, taken).enough_for(3) == enough


def test_of_many_the_first_get_the_seats_of_each_session(
    cycle: Cycle, add_session: Callable[..., Session], signs_up: SignsUp
) -> None:
    small, open_to_all = add_session(cycle, "Small", capacity=2), add_session(cycle, "Open", days=11)
    signs_up(ADA, small)
    people = [Registrant(first_name=name) for name in ("Bela", "Cleo", "Dora")]
    wanted = [(session.id, person) for session in (small, open_to_all) for person in people]

    given = [
        (place.registrant.first_name, place.state) for place in seats.allot([small, open_to_all], wanted)
    ]

    assert given == [
        *[("Bela", SEAT), ("Cleo", WAIT), ("Dora", WAIT)],
        *[("Bela", SEAT), ("Cleo", SEAT), ("Dora", SEAT)],
    ]


def test_new_seats_of_a_closed_cycle_go_to_nobody_and_one_given_back_goes_on(
    cycle: Cycle,
    add_session: Callable[..., Session],
    signs_up: SignsUp,
    registrations: Callable[[], list[Registration]],
) -> None:
    session = add_session(cycle, capacity=1)
    for person in (ADA, BELA, CLEO):
        signs_up(person, session)
    cycle.close(now=NOW)

    assert enlarge(session, capacity=1, by=NADIA, now=NOW) == []
    assert [one.registrant.first_name for one in withdraw(registrations()[0], now=NOW)] == [BELA.first_name]
    assert enlarge(session, capacity=2, by=NADIA, now=NOW) == []
    cycle.publish(now=NOW)
    assert [one.registrant.first_name for one in enlarge(session, capacity=2, by=NADIA, now=NOW)] == [
        CLEO.first_name
    ]
