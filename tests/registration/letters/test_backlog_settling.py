"""What waits for the morning while a session is cancelled by a slip."""

from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.planning import deeds
from tests.planning.settled import send_settled
from tests.registration.conftest import ADA
from tests.registration.morning import held_back, in_paris, kinds, leaves, morning_comes
from webinars.storage.extensions import db

MORNING = in_paris(3, 7)


@pytest.fixture
def late(two, signs_up, with_settings):
    """The session whose invitation waits for the morning."""
    with_settings(sign_ups_per_address=1, mails_per_address=30)
    first, late = two
    signs_up(ADA, first)
    signs_up(ADA, late)
    return late


def cancels(session, at):
    deeds.cancel_session(session, by=NADIA, now=at)
    db.session.commit()


def restores(session, at):
    deeds.restore_session(session, by=NADIA, now=at)
    db.session.commit()


def test_a_slip_around_seven_costs_nobody_their_invitation(late, outbox):
    cancels(late, MORNING - timedelta(minutes=2))
    morning_comes(MORNING)
    restores(late, MORNING + timedelta(minutes=1))
    morning_comes(MORNING + timedelta(minutes=2))

    sent = leaves(outbox, since=MORNING - timedelta(minutes=2), until=MORNING + timedelta(minutes=5))
    assert kinds(sent) == {"backlog": 2, "invitation": 1}
    assert held_back(outbox) == []


def test_a_slip_the_evening_before_leaves_the_morning_as_it_was(late, outbox):
    cancels(late, in_paris(2, 20))
    restores(late, in_paris(2, 20, 1))

    assert morning_comes(in_paris(2, 20, 2)) == 0
    assert morning_comes(MORNING) == 1
    assert kinds(leaves(outbox, since=MORNING, until=MORNING)) == {"backlog": 1, "invitation": 1}


def test_a_cancellation_told_in_the_morning_takes_what_waited_along(late, outbox):
    cancels(late, MORNING - timedelta(minutes=2))
    morning_comes(MORNING)
    send_settled(MORNING + timedelta(minutes=4))
    morning_comes(MORNING + timedelta(minutes=5))

    assert held_back(outbox) == []
    assert "invitation" not in kinds(leaves(outbox, since=MORNING, until=MORNING + timedelta(hours=1)))
