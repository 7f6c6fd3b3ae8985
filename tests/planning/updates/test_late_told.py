"""Whoever signed up while a session ran is told of its move and its cancellation, though no calendar has it."""

from datetime import timedelta

import pytest

from tests.actors import NADIA
from tests.planning.settled import MINUTE, edit, send_settled
from tests.registration.conftest import ADA, signs_up, written
from tests.registration.reading_mails import plain_lines
from webinars.planning import actions
from webinars.planning.queries import loss_of
from webinars.planning.updates.notification import NotifiedCounts
from webinars.storage.extensions import db

__all__ = ["signs_up"]
WEEK = timedelta(days=7)


@pytest.fixture
def now(session):
    """Ten minutes after the start."""
    return session.starts_at + 10 * MINUTE


@pytest.fixture
def late(session, signs_up, now):
    """Ada, who came late."""
    return signs_up(ADA, session, now=now - MINUTE).registrant


def kinds(outbox):
    return [mail.kind for mail in outbox()]


def test_a_session_that_is_put_off_invites_who_came_late(session, late, now, outbox):
    told = edit(session, now=now, starts_at=session.starts_at + WEEK, ends_at=session.ends_at + WEEK)
    assert told == 1
    send_settled(now + 10 * MINUTE)

    assert kinds(outbox) == ["confirmation", "invitation"]
    assert "jeudi 19\u00a0mars\u00a02026" in plain_lines(written(outbox()[-1]))


def test_a_cancellation_is_told_to_who_came_late(session, cycle, late, now, outbox):
    assert loss_of(cycle, now=now).told == NotifiedCounts(seated=1)
    told = actions.cancel_session(session, by=NADIA, settle_seconds=0, now=now)
    db.session.commit()
    send_settled(now + MINUTE)

    assert told == NotifiedCounts(seated=1)
    assert kinds(outbox) == ["confirmation", "session_news"]
    assert "Annulée" in written(outbox()[-1])["Subject"]
