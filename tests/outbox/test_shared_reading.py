"""What several people are told of one session is read once: every one of them gets their mail, not the first alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.outbox.sink import Received
from tests.planning import deeds
from tests.registration.conftest import ADA, BELA, called, signs_up
from webinars.app import letters
from webinars.cycles.models import Session
from webinars.outbox.models import Email, MailState
from webinars.planning.updates import actions as updates_actions
from webinars.registration.actions import withdraw
from webinars.registration.models import Registration
from webinars.storage.extensions import db

__all__ = ["signs_up"]
PEOPLE = [
    ADA,
    BELA,
    called(ADA, "Cleo", "cleo@town.example.org"),
    called(BELA, "Dora", "dora@city.example.org"),
]


@pytest.fixture
def tell(delivery, deliver, sink) -> Callable[[], list[Received]]:
    """What the mail server gets now."""
    delivery.writers = letters.WRITERS

    def tell() -> list[Received]:
        before = len(sink.received)
        deliver()
        return sink.received[before:]

    return tell


@pytest.fixture
def invited(session, signs_up, tell) -> Session:
    """The session to which four people, of two languages, were invited."""
    for number, person in enumerate(PEOPLE):
        signs_up(person, session, language=("fr", "en")[number % 2])
    assert len(tell()) == 2 * len(PEOPLE)
    return session


def cancelled(session: Session) -> None:
    deeds.cancel_session(session, by=NADIA, now=NOW)
    updates_actions.send(session, now=NOW)
    db.session.commit()


def reached(mails: list[Received]) -> list[str]:
    assert db.session.scalars(select(Email.last_error).where(Email.state == MailState.FAILED)).all() == []
    return sorted(mail.recipient for mail in mails)


EVERYBODY = sorted(person.email for person in PEOPLE)


def test_everybody_hears_of_a_move(invited, tell):
    week = timedelta(days=7)
    deeds.edit_session(invited, starts_at=invited.starts_at + week, ends_at=invited.ends_at + week, now=NOW)
    updates_actions.send(invited, now=NOW)
    db.session.commit()

    assert reached(tell()) == EVERYBODY


def test_everybody_hears_of_a_session_that_is_restored(invited, tell):
    cancelled(invited)
    assert reached(tell()) == EVERYBODY
    deeds.restore_session(invited, by=NADIA, now=NOW)
    updates_actions.send(invited, now=NOW)
    db.session.commit()

    assert reached(tell()) == EVERYBODY


@pytest.mark.parametrize("told_by", ["invitation_cancelled", "place_freed"])
def test_everybody_who_gave_a_place_back_hears_of_it_and_of_coming_back(invited, tell, signs_up, told_by):
    with time_machine.travel(NOW, tick=False):
        for held in db.session.scalars(select(Registration).order_by(Registration.id)).all():
            withdraw(held, now=NOW, reason="refusal", told_by=told_by)
        db.session.commit()
        assert reached(tell()) == EVERYBODY
        for person in PEOPLE:
            signs_up(person, invited)

    assert reached(tell()) == sorted(EVERYBODY * 2)
