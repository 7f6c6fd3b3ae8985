"""Each group holds exactly those it names, each of them once."""

import pytest

from tests.conftest import NOW
from tests.messages.conftest import audience, concludes, invites
from webinars.attendance.models import Conclusion
from webinars.cycles.models import Cycle
from webinars.invitations.models import PartStat
from webinars.messages.audience import MessageReach, Standing, belongs, is_in, reach_of
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration.models import Registrant, RegistrationState
from webinars.storage.extensions import db

IN, OUT, WAITS = RegistrationState.CONFIRMED, RegistrationState.CANCELLED, RegistrationState.WAITLISTED


@pytest.fixture
def people(joins, past, coming, cancelled) -> dict[str, Registrant]:
    cast = {
        "ada": joins("Ada", {past: IN, coming: IN}),
        "bela": joins("Bela", {past: IN, coming: WAITS}, structure_type="ASS-LOC"),
        "cleo": joins("Cleo", {past: IN, coming: OUT}, structure_type="COL-DEP"),
        "dora": joins("Dora", {coming: IN}, structure_type=None),
        "emil": joins("Emil", {past: OUT, coming: OUT}),
        "fred": joins("Fred", {cancelled: IN}),
        "gaia": joins("Gaia", whole_cycle=True),
        "hugo": joins("Hugo", source="walk_in"),
        "iris": joins("Iris", {past: IN}),
        "jean": joins("Jean", {past: OUT}),
    }
    for name, conclusion in {
        "ada": Conclusion.PRESENT,
        "bela": Conclusion.ABSENT,
        "cleo": Conclusion.EXCUSED,
        "hugo": Conclusion.PRESENT,
        "iris": Conclusion.BRIEF,
        "jean": Conclusion.ABSENT,  # gave the seat back: nothing was missed
    }.items():
        concludes(past, cast[name], conclusion)
    invites(cast["ada"], past, PartStat.NEEDS_ACTION)
    invites(cast["ada"], coming, PartStat.ACCEPTED)
    invites(cast["dora"], coming, PartStat.NEEDS_ACTION)
    invites(cast["bela"], past, PartStat.NEEDS_ACTION)
    invites(cast["fred"], cancelled, PartStat.NEEDS_ACTION)
    return cast


def names(group) -> list[str]:
    rows = db.session.scalars(db.select(Registrant.first_name).where(belongs(group, now=NOW)))
    return sorted(rows)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.ALL, ["Ada", "Bela", "Cleo", "Dora", "Fred", "Gaia", "Hugo", "Iris"]),
        (Standing.CONFIRMED, ["Ada", "Bela", "Cleo", "Dora", "Iris"]),
        (Standing.WAITING, ["Bela"]),
        (Standing.PRESENT, ["Ada", "Hugo"]),
        (Standing.ABSENT, ["Bela", "Cleo"]),
        (Standing.NOT_ANSWERED, ["Dora"]),
    ],
)
def test_groups_of_the_whole_cycle(people, cycle: Cycle, standing, expected):
    assert names(audience(cycle, standing)) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.ALL, ["Ada", "Bela", "Cleo", "Hugo", "Iris"]),
        (Standing.CONFIRMED, ["Ada", "Bela", "Cleo", "Iris"]),
        (Standing.WAITING, []),
        (Standing.PRESENT, ["Ada", "Hugo"]),
        (Standing.ABSENT, ["Bela", "Cleo"]),
        (Standing.NOT_ANSWERED, ["Ada", "Bela"]),
    ],
)
def test_groups_of_a_past_session(people, cycle: Cycle, past, standing, expected):
    assert names(audience(cycle, standing, past)) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.ALL, ["Ada", "Bela", "Dora"]),
        (Standing.CONFIRMED, ["Ada", "Dora"]),
        (Standing.WAITING, ["Bela"]),
        (Standing.PRESENT, []),
        (Standing.ABSENT, []),
        (Standing.NOT_ANSWERED, ["Dora"]),
    ],
)
def test_groups_of_a_session_to_come(people, cycle: Cycle, coming, standing, expected):
    assert names(audience(cycle, standing, coming)) == expected


def test_a_cancelled_session_can_be_meant_by_name(people, cycle: Cycle, cancelled):
    assert names(audience(cycle, Standing.CONFIRMED, cancelled)) == ["Fred"]


def test_who_missed_one_session_and_came_to_another_is_not_absent_from_the_cycle(
    people, cycle: Cycle, coming
):
    concludes(coming, people["bela"], Conclusion.PRESENT)

    assert names(audience(cycle, Standing.ABSENT)) == ["Cleo"]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["COL"], ["Ada", "Cleo"]),
        (["COL-COM"], ["Ada"]),
        (["COL-DEP", "ASS"], ["Bela", "Cleo"]),
        (["NR"], ["Dora"]),
        (["ETA"], []),
    ],
)
def test_structures_narrow_a_group_by_type_or_family(people, cycle: Cycle, kinds, expected):
    shown = [name for name in names(audience(cycle, Standing.CONFIRMED, None, *kinds)) if name != "Iris"]

    assert shown == expected


def test_muted_people_and_those_without_address_are_counted_apart(people, cycle: Cycle, coming):
    people["ada"].muted_at = NOW
    people["dora"].email = people["dora"].email_key = None
    db.session.commit()

    assert reach_of(audience(cycle, Standing.CONFIRMED, coming), now=NOW) == MessageReach(0, 1, 1)
    assert reach_of(audience(cycle, Standing.WAITING, coming), now=NOW) == MessageReach(1, 0, 0)


def test_whoever_has_an_address_that_returns_mail_is_counted_apart(people, cycle: Cycle, coming):
    mark_address(people["ada"].email, reason="550 5.1.1 No such user", now=NOW)
    db.session.commit()
    meant = audience(cycle, Standing.CONFIRMED, coming)

    assert reach_of(meant, now=NOW) == MessageReach(people=len(names(meant)) - 1, returned=1)


def test_another_cycle_is_another_world(people, cycle: Cycle, organisation):
    other = Cycle(organisation=organisation, slug="autre", title="Autre", created_at=NOW)
    db.session.add(other)
    db.session.commit()

    assert {one: names(audience(other, one)) for one in Standing} == {one: [] for one in Standing}


def test_whether_one_person_is_in_is_the_same_question(people, cycle: Cycle, coming):
    group = audience(cycle, Standing.CONFIRMED, coming)

    assert [name for name, one in people.items() if is_in(one, group, now=NOW)] == ["ada", "dora"]
