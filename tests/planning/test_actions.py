"""What organisers do, and who hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.registration.signing_up import sign_up
from webinars.cycles.errors import EndsBeforeStart, SessionIsOver, WrongTransition
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.journal.models import JournalEntry
from webinars.outbox.models import Email, MailState
from webinars.planning import actions
from webinars.planning.errors import (
    DatesAreMissing,
    MovedIntoThePast,
    NoSession,
    PeopleAreInTheCycle,
    PeopleAreRegistered,
    SeatsAreTaken,
)
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.actions import withdraw
from webinars.registration.identity import Person
from webinars.registration.models import RegistrationState
from webinars.registration.queries import live_registrations
from webinars.registration.seats import waiting_for
from webinars.registration.signup.summary import SignUp
from webinars.storage.extensions import db

Outbox = Callable[[], list[Email]]


def joins(session: Session, name: str, *, whole_cycle: bool = False) -> SignUp:
    person = Person(email=f"{name.lower()}@example.org", first_name=name, last_name="Martin")
    done = sign_up(
        session.cycle, [session.public_id], person, whole_cycle=whole_cycle, language="fr", now=NOW
    )
    db.session.commit()
    return done


def kinds(outbox: Outbox, kind: str) -> list[str]:
    return [mail.recipient for mail in outbox() if mail.kind == kind]


def left(outbox: Outbox) -> None:
    """What waits has reached everybody."""
    for mail in outbox():
        if mail.state is not MailState.DROPPED:
            mail.state, mail.sent_at = MailState.SENT, NOW
    db.session.commit()


def next_week(session: Session) -> dict[str, datetime]:
    assert session.starts_at
    assert session.ends_at
    return {
        "starts_at": session.starts_at + timedelta(days=7),
        "ends_at": session.ends_at + timedelta(days=7),
    }


def test_moving_a_session_updates_every_confirmed_calendar(session: Session, outbox: Outbox) -> None:
    session.capacity = 2
    for name in ("Ada", "Bela", "Chloe"):
        joins(session, name)
    left(outbox)

    told = deeds.edit_session(session, **next_week(session), now=NOW)
    db.session.commit()
    assert (told, kinds(outbox, "invitation_update")) == (NotifiedCounts(2, 1), [])

    assert updates_actions.send(session, now=NOW) == NotifiedCounts(2, 1)
    assert kinds(outbox, "invitation_update") == ["ada@example.org", "bela@example.org"]
    assert kinds(outbox, "session_news") == ["chloe@example.org"]
    assert (str(session.day), str(session.start_time)) == ("2026-03-19", "10:00:00")


def test_moving_keeps_the_session_s_own_clock_across_the_change_of_hour(session: Session) -> None:
    at = datetime.fromisoformat("2026-03-30T10:00+02:00")

    deeds.edit_session(session, starts_at=at, ends_at=at + timedelta(hours=1), now=NOW)

    assert (str(session.day), str(session.start_time), str(session.end_time)) == (
        "2026-03-30",
        "10:00:00",
        "11:00:00",
    )


def test_nothing_announced_changes_nothing_is_sent(session: Session, outbox: Outbox) -> None:
    joins(session, "Ada")
    left(outbox)

    link, abstract = "https://video.example.org/other", "Un mot"
    assert not deeds.edit_session(session, join_url=link, abstract=abstract, now=NOW)
    assert kinds(outbox, "invitation_update") == []
    assert session.revision == 1


def test_a_session_people_wait_for_does_not_move_into_the_past(session: Session) -> None:
    joins(session, "Ada")

    with pytest.raises(MovedIntoThePast):
        deeds.edit_session(
            session, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1), now=NOW
        )


def test_an_end_before_the_start_is_refused(session: Session) -> None:
    with pytest.raises(EndsBeforeStart):
        deeds.edit_session(session, starts_at=NOW, ends_at=NOW, now=NOW)


def test_cancelling_tells_and_restoring_invites_again(session: Session, outbox: Outbox) -> None:
    joins(session, "Ada")
    left(outbox)

    assert deeds.cancel_session(session, by=NADIA, now=NOW, word="Salle indisponible") == NotifiedCounts(1)
    db.session.commit()
    assert session.is_cancelled
    assert not deeds.cancel_session(session, by=NADIA, now=NOW)
    assert kinds(outbox, "invitation_cancelled") == []

    assert updates_actions.send(session, now=NOW) == NotifiedCounts(1)
    left(outbox)
    assert kinds(outbox, "invitation_cancelled") == ["ada@example.org"]

    assert deeds.restore_session(session, by=NADIA, now=NOW) == NotifiedCounts(1)
    db.session.commit()
    assert [(mail.kind, mail.sequence) for mail in outbox() if mail.uid][-3:] == [
        ("invitation", 0),
        ("invitation_cancelled", 1),
        ("invitation_restored", 2),
    ]
    assert len({mail.uid for mail in outbox() if mail.uid}) == 1


def test_what_is_over_is_not_cancelled(cycle: Cycle, add_session: Callable[..., Session]) -> None:
    past = add_session(cycle, days=-3)

    with pytest.raises(SessionIsOver):
        deeds.cancel_session(past, by=NADIA, now=NOW)


def test_more_seats_go_to_those_who_wait(session: Session, outbox: Outbox) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")
    joins(session, "Chloe")

    promoted = actions.enlarge(session, capacity=2, by=NADIA, now=NOW)
    db.session.commit()

    assert [one.registrant.first_name for one in promoted] == ["Bela"]
    assert [one.registrant.first_name for one in waiting_for(session)] == ["Chloe"]
    with pytest.raises(SeatsAreTaken) as refused:
        actions.enlarge(session, capacity=1, by=NADIA, now=NOW)
    assert "2" in str(refused.value)


def test_no_limit_takes_everybody(session: Session) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")

    assert len(actions.enlarge(session, capacity=None, by=NADIA, now=NOW)) == 1


def test_a_session_somebody_took_is_not_removed(session: Session) -> None:
    done = joins(session, "Ada")
    for registration in live_registrations(done.registrant.id):
        withdraw(registration, now=NOW)
    db.session.commit()

    with pytest.raises(PeopleAreRegistered):
        actions.remove_session(session, by=NADIA, now=NOW)


def test_a_cycle_goes_from_draft_to_archive(cycle: Cycle, session: Session) -> None:
    cycle.state, cycle.published_at = CycleState.DRAFT, None

    actions.publish(cycle, by=NADIA, now=NOW)
    actions.close(cycle, by=NADIA, now=NOW)
    actions.reopen(cycle, by=NADIA, now=NOW + timedelta(days=1))
    actions.close(cycle, by=NADIA, now=NOW)
    actions.archive(cycle, by=NADIA, now=NOW)
    db.session.commit()

    assert (cycle.state, cycle.published_at) == (CycleState.ARCHIVED, NOW)
    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(entry.deed, entry.actor) for entry in entries] == [
        ("cycle published", NADIA),
        ("cycle closed", NADIA),
        ("cycle reopened", NADIA),
        ("cycle closed", NADIA),
        ("cycle archived", NADIA),
    ]


def test_an_empty_cycle_is_not_published(cycle: Cycle) -> None:
    cycle.state = CycleState.DRAFT

    with pytest.raises(NoSession):
        actions.publish(cycle, by=NADIA, now=NOW)


def test_a_cycle_with_a_missing_hour_is_not_published(cycle: Cycle, session: Session) -> None:
    cycle.state = CycleState.DRAFT
    session.starts_at = session.ends_at = session.start_time = None

    with pytest.raises(DatesAreMissing) as refused:
        actions.publish(cycle, by=NADIA, now=NOW)

    assert session.title in str(refused.value)


def test_a_cycle_people_are_in_stays_public(session: Session) -> None:
    joins(session, "Ada")

    with pytest.raises(PeopleAreInTheCycle):
        actions.unpublish(session.cycle, by=NADIA, now=NOW)


@pytest.mark.parametrize("step", [actions.close, actions.unpublish, actions.archive])
def test_a_step_starts_from_its_own_state(cycle: Cycle, session: Session, step: Callable[..., None]) -> None:
    cycle.state, cycle.closed_at = CycleState.ARCHIVED, NOW

    with pytest.raises(WrongTransition):
        step(cycle, by=NADIA, now=NOW)


def test_those_who_wait_still_wait_when_the_session_is_cancelled(session: Session) -> None:
    done = joins(session, "Ada")

    deeds.cancel_session(session, by=NADIA, now=NOW)

    assert [one.state for one in live_registrations(done.registrant.id)] == [RegistrationState.CONFIRMED]
