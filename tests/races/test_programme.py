"""What organisers do to a cycle while people sign up for it; and controls that go wrong if nothing were held."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from tests.actors import NADIA
from tests.planning import deeds
from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, person
from tests.registration.signing_up import sign_up
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.errors import Refusal
from webinars.planning import actions as planning
from webinars.planning.editor import lifecycle
from webinars.planning.errors import PeopleAreInTheCycle, PeopleAreRegistered
from webinars.registration import actions as registration_actions
from webinars.registration import seats
from webinars.registration.actions import withdraw_from_all
from webinars.registration.errors import NothingOpen
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup import actions
from webinars.storage.extensions import db

CROWD = 6
FIRST, SECOND = 0.0, 0.15  # who comes second comes while the first is at it
AT_IT = 0.4


def the_cycle() -> Cycle:
    return db.session.scalars(select(Cycle)).one()


def then(seconds: float, job: Callable[[], Any]) -> Callable[[], Any]:
    """The job in a transaction of its own, begun after so long."""

    def later() -> Any:
        time.sleep(seconds)
        answer = job()
        db.session.commit()
        return answer

    return later


def crowd(seconds: float, *, is_whole: bool = False) -> list[Callable[[], Any]]:
    def signs_up(number: int) -> Callable[[], Any]:
        def job() -> Any:
            chosen = list(db.session.scalars(select(Session.public_id).order_by(Session.id)))
            return sign_up(
                the_cycle(), chosen, person(number), whole_cycle=is_whole, language="fr", now=NOW
            ).outcomes

        return then(seconds, job)

    return [signs_up(number) for number in range(CROWD)]


def removes() -> None:
    session = db.session.scalars(
        select(Session).join(Session.cycle).options(contains_eager(Session.cycle))
    ).one()
    planning.remove_session(session, by=NADIA, now=NOW)


def unpublishes() -> None:
    lifecycle.take(lifecycle.STEPS["unpublish"], the_cycle(), by=NADIA, now=NOW)


def adds() -> None:
    added = Session(title="One more", timezone="Europe/Paris")
    added.move(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=30, hours=1), now=NOW)
    planning.add_session(the_cycle(), added, by=NADIA, now=NOW)


def leaves() -> None:
    withdraw_from_all(db.session.scalars(select(Registrant)).one(), now=NOW)


def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, lets_go: bool = False) -> None:
    """The same function, and then a while before anything else happens."""
    function = getattr(module, name)

    def slow(*arguments: Any, **details: Any) -> Any:
        found = function(*arguments, **details)
        if lets_go and db.engine.dialect.name == "sqlite":
            db.session().expire_on_commit = False
            db.session.commit()  # as SQLite does by default: reading opens no transaction
        time.sleep(AT_IT)
        return found

    monkeypatch.setattr(module, name, slow)


@contextmanager
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same code, but nobody waits for anybody."""

    def looks_only(session_ids: Any) -> list[Session]:
        return list(db.session.scalars(select(Session).where(Session.id.in_(list(session_ids)))))

    def looks_at_chosen(_cycle_id: int, public_ids: Any) -> list[Session]:
        return list(db.session.scalars(select(Session).where(Session.public_id.in_(list(public_ids)))))

    monkeypatch.setattr(seats, "hold", looks_only)
    monkeypatch.setattr(seats, "hold_chosen", looks_at_chosen)
    monkeypatch.setattr(seats, "hold_cycle", lambda _cycle: None)
    monkeypatch.setattr(seats, "share_cycle", lambda _cycle: None)
    yield


def told(answers: list[Any]) -> int:
    """How many were told that they have a place."""
    return sum(isinstance(answer, dict) for answer in answers)


def standing() -> int:
    return len(
        db.session.scalars(
            select(Registration).where(Registration.state == RegistrationState.CONFIRMED)
        ).all()
    )


@pytest.mark.parametrize(
    ("deed", "checks", "refusal"),
    [(removes, "has_registrations", PeopleAreRegistered), (unpublishes, "has_people", PeopleAreInTheCycle)],
)
@pytest.mark.parametrize("is_organiser_first", [True, False])
def test_what_is_taken_away_is_taken_from_nobody(app, monkeypatch, deed, checks, refusal, is_organiser_first):
    with app.app_context():
        a_session(None)
    if is_organiser_first:
        slowly(monkeypatch, planning, checks)
    else:
        slowly(monkeypatch, actions, "_outcomes")

    jobs = [then(FIRST if is_organiser_first else SECOND, deed)]
    people = crowd(SECOND) if is_organiser_first else crowd(FIRST)[:1]
    mine, *others = all_at_once(app, jobs + people)

    with app.app_context():
        assert standing() == told(others)
    if is_organiser_first:
        assert (mine, {type(answer) for answer in others}) == (None, {NothingOpen})
    else:
        assert (type(mine), told(others)) == (refusal, 1)


@pytest.mark.parametrize(("deed", "checks"), [(removes, "has_registrations"), (unpublishes, "has_people")])
def test_control_without_the_lock_it_is_taken_from_those_who_were_told_otherwise(
    app, monkeypatch, deed, checks
):
    with app.app_context():
        a_session(None)
    slowly(monkeypatch, planning, checks, lets_go=True)

    with nothing_held(monkeypatch):
        mine, *others = all_at_once(app, [then(FIRST, deed), *crowd(SECOND)])

    assert (mine, told(others) > 0) == (None, True)
    with app.app_context():
        assert standing() < told(others) or the_cycle().state is CycleState.DRAFT


def test_a_session_added_while_people_take_the_whole_cycle_is_theirs(app, monkeypatch):
    with app.app_context():
        a_session(None)
    slowly(monkeypatch, registration_actions, "_wanted")

    answers = all_at_once(app, [then(FIRST, adds), *crowd(SECOND, is_whole=True)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert standing() == 2 * CROWD


def test_whoever_takes_the_whole_cycle_while_a_session_is_added_has_it(app, monkeypatch):
    with app.app_context():
        a_session(None)
    slowly(monkeypatch, actions, "_outcomes")

    answers = all_at_once(app, [then(SECOND, adds), crowd(FIRST, is_whole=True)[0]])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert standing() == 2


def test_control_without_the_lock_somebody_misses_the_session(app, monkeypatch):
    with app.app_context():
        a_session(None)
        if db.engine.dialect.name == "sqlite":
            pytest.skip("whoever writes to SQLite holds all of it: there is nothing to leave out")
    slowly(monkeypatch, actions, "_outcomes")

    with nothing_held(monkeypatch):
        all_at_once(app, [then(SECOND, adds), crowd(FIRST, is_whole=True)[0]])

    with app.app_context():
        assert standing() == 1


def test_whoever_leaves_while_a_session_is_added_has_left(app, monkeypatch):
    with app.app_context():
        a_session(None)
        crowd(0, is_whole=True)[0]()
    slowly(monkeypatch, registration_actions, "_wanted")

    answers = all_at_once(app, [then(FIRST, adds), then(SECOND, leaves)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert standing() == 0


def test_control_without_the_lock_whoever_leaves_is_enrolled_again(app, monkeypatch):
    with app.app_context():
        a_session(None)
        crowd(0, is_whole=True)[0]()
    slowly(monkeypatch, registration_actions, "_wanted", lets_go=True)

    with nothing_held(monkeypatch):
        all_at_once(app, [then(FIRST, adds), then(SECOND, leaves)])

    with app.app_context():
        assert standing() == 1


def test_everything_at_once_blocks_nobody(app):
    with app.app_context():
        a_session(2, count=3)
        for job in crowd(0, is_whole=True):
            job()

    def restores() -> None:
        session = db.session.scalars(
            select(Session)
            .join(Session.cycle)
            .options(contains_eager(Session.cycle))
            .order_by(Session.id)
            .limit(1)
        ).one()
        deeds.cancel_session(session, by=NADIA, now=NOW)
        deeds.restore_session(session, by=NADIA, now=NOW)

    def leaves_one(number: int) -> Callable[[], Any]:
        def job() -> None:
            found = select(Registrant).where(Registrant.last_name == str(number))
            withdraw_from_all(db.session.scalars(found).one(), now=NOW)

        return then(0, job)

    jobs = [then(0, adds), then(0, restores), then(0, adds), *crowd(0, is_whole=True)[3:]]
    answers = all_at_once(app, [*jobs, *(leaves_one(number) for number in range(3))])

    assert [
        answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refusal)
    ] == []
    with app.app_context():
        for session in db.session.scalars(select(Session)):
            assert session.capacity in (None, seats.seats_taken([session.id])[session.id])
