"""Never one seat too many, on either engine; and a control that would sell too many if nothing were held."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.cycles.published import published_cycle
from tests.races.database import all_at_once
from tests.registration.signing_up import sign_up
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email
from webinars.registration import seats
from webinars.registration.actions import withdraw
from webinars.registration.errors import NothingOpen
from webinars.registration.identity import Person
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup import actions
from webinars.storage.extensions import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CROWD = 24


def a_session(capacity: int | None, count: int = 1) -> None:
    organisation = Organisation(
        slug="vto", name="VTO", short_name="VTO", contact="c@vto.example.org", created_at=NOW
    )
    cycle = published_cycle(organisation, "c", "Cycle", now=NOW)
    for number in range(count):
        start = NOW + timedelta(days=10 + number)
        session = Session(
            cycle=cycle,
            slug=f"s{number}",
            title=f"Session {number}",
            timezone="Europe/Paris",
            capacity=capacity,
            created_at=NOW,
            changed_at=NOW,
        )
        session.move(starts_at=start, ends_at=start + timedelta(hours=1), now=NOW)
        db.session.add(session)
    db.session.commit()


def person(number: int) -> Person:
    return Person(
        first_name="P", last_name=str(number), email=f"p{number}@example.net", structure_type="COL-COM"
    )


def signs_up(number: int, *, attempt: str | None = None, backwards: bool = False, now: datetime = NOW):
    """One request's worth: load what the page shows, sign up, commit."""

    def job():
        cycle = db.session.scalars(select(Cycle)).one()
        chosen = list(db.session.scalars(select(Session.public_id).order_by(Session.id)))
        answer = sign_up(
            cycle,
            chosen[::-1] if backwards else chosen,
            person(number),
            whole_cycle=False,
            consents=set(),
            consent_words="The words.",
            language="fr",
            now=now,
            attempt=attempt,
        )
        db.session.commit()
        return answer.outcomes

    return job


def standing(state: RegistrationState) -> int:
    return len(db.session.scalars(select(Registration).where(Registration.state == state)).all())


@contextmanager
def nothing_held(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same code, but nobody waits for anybody between counting and writing."""

    def looks_only(session_ids):
        return list(db.session.scalars(select(Session).where(Session.id.in_(list(session_ids)))))

    def looks_at_chosen(_cycle_id, public_ids):
        return list(db.session.scalars(select(Session).where(Session.public_id.in_(list(public_ids)))))

    def counts_slowly(held, *, now):
        outcomes = counted(held, now=now)
        if db.engine.dialect.name == "sqlite":
            db.session.commit()  # as SQLite does by default: reading opens no transaction
        time.sleep(0.05)
        return outcomes

    counted = actions._outcomes
    monkeypatch.setattr(seats, "hold", looks_only)
    monkeypatch.setattr(seats, "hold_chosen", looks_at_chosen)
    monkeypatch.setattr(actions, "hold_address", lambda _key: None)
    monkeypatch.setattr(actions, "_outcomes", counts_slowly)
    yield


@pytest.mark.parametrize("capacity", [1, 3])
def test_a_crowd_gets_exactly_the_seats_there_are(app, capacity):
    with app.app_context():
        a_session(capacity)

    answers = all_at_once(app, [signs_up(number) for number in range(CROWD)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    told = [next(iter(answer.values())) for answer in answers]
    assert (told.count(RegistrationState.CONFIRMED), told.count(RegistrationState.WAITLISTED)) == (
        capacity,
        CROWD - capacity,
    )
    with app.app_context():
        assert standing(RegistrationState.CONFIRMED) == capacity
        assert standing(RegistrationState.WAITLISTED) == CROWD - capacity
        assert len(db.session.scalars(select(Invitation)).all()) == capacity


@pytest.mark.parametrize("capacity", [1, 3])
def test_control_without_the_lock_too_many_seats_are_given(app, capacity, monkeypatch):
    with app.app_context():
        a_session(capacity)

    with nothing_held(monkeypatch):
        all_at_once(app, [signs_up(number) for number in range(CROWD)])

    with app.app_context():
        assert standing(RegistrationState.CONFIRMED) > capacity


def test_a_crowd_that_comes_late_gets_the_seats_there_are_and_nobody_waits(app):
    with app.app_context():
        a_session(3)
    late = NOW + timedelta(days=10, minutes=5)

    answers = all_at_once(app, [signs_up(number, now=late) for number in range(CROWD)])

    assert sum(isinstance(answer, NothingOpen) for answer in answers) == CROWD - 3
    with app.app_context():
        assert standing(RegistrationState.CONFIRMED) == 3
        assert standing(RegistrationState.WAITLISTED) == 0
        assert db.session.scalars(select(Invitation)).all() == []


def test_several_sessions_in_any_order_never_block_each_other(app):
    with app.app_context():
        a_session(2, count=4)

    answers = all_at_once(app, [signs_up(number, backwards=number % 2 == 0) for number in range(CROWD)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        assert standing(RegistrationState.CONFIRMED) == 8


def test_a_double_click_is_one_sign_up(app):
    with app.app_context():
        a_session(1)

    answers = all_at_once(app, [signs_up(1, attempt="one form") for _ in range(8)])

    assert {frozenset(answer.values()) for answer in answers} == {frozenset({RegistrationState.CONFIRMED})}
    with app.app_context():
        counts = [
            len(db.session.scalars(select(table)).all()) for table in (Registrant, Registration, Invitation)
        ]
        assert counts == [1, 1, 1]
        assert sorted(db.session.scalars(select(Email.kind))) == ["confirmation", "invitation"]


def test_two_tabs_are_one_person(app):
    with app.app_context():
        a_session(None, count=2)

    answers = all_at_once(app, [signs_up(1) for _ in range(8)])

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        counts = [
            len(db.session.scalars(select(table)).all()) for table in (Registrant, Registration, Invitation)
        ]
        assert counts == [1, 2, 2]


def test_places_given_back_while_a_crowd_comes_are_all_passed_on(app):
    with app.app_context():
        a_session(3)
        for number in range(100, 106):
            signs_up(number)()

    def gives_back(name: str):
        def job():
            found = db.session.scalars(
                select(Registration).join(Registration.registrant).where(Registrant.last_name == name)
            ).one()
            withdraw(found, now=NOW)
            db.session.commit()

        return job

    jobs = [gives_back(str(number)) for number in (100, 101, 102)] + [
        signs_up(number) for number in range(12)
    ]
    answers = all_at_once(app, jobs)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with app.app_context():
        seated = db.session.scalars(
            select(Registrant.last_name)
            .join(Registration, Registration.registrant_id == Registrant.id)
            .where(Registration.state == RegistrationState.CONFIRMED)
            .order_by(Registrant.last_name)
        ).all()
        assert seated == ["103", "104", "105"]
        live = select(Invitation).where(Invitation.cancelled_at.is_(None))
        assert len(db.session.scalars(live).all()) == 3


@pytest.mark.parametrize(("capacity", "is_together"), [(None, True), (10, False)])
def test_only_who_is_counted_waits_for_who_signs_up(app, capacity, is_together):
    meeting = threading.Barrier(2, timeout=1.0)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("whoever writes to SQLite holds all of it")
        a_session(capacity, count=2)

    def holds() -> bool:
        cycle = db.session.scalars(select(Cycle)).one()
        chosen = list(db.session.scalars(select(Session.public_id)))
        seats.share_cycle(cycle)
        assert len(seats.hold_chosen(cycle.id, chosen)) == 2
        try:
            meeting.wait()
        except threading.BrokenBarrierError:
            return False
        return True

    assert all_at_once(app, [holds, holds]) == [is_together, is_together]
