"""Reminders go on when a clock that was ahead is right again, and none leaves twice."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.registration.conftest import ADA, BELA
from tests.reminders.conftest import DAY, HOUR
from tests.reminders.test_sweeping import offsets
from webinars.registration.models import Registration
from webinars.reminders.sweep import remind
from webinars.storage.extensions import db

SECONDS = timedelta(seconds=1)
far_ahead = pytest.mark.parametrize("by", [3 * HOUR, 3652 * DAY], ids=["three hours", "ten years"])


def swept(*moments):
    """How many mails each of these sweeps queued."""
    told = []
    for at in moments:
        told.append(remind(at))
        db.session.commit()
    return told


@far_ahead
def test_what_falls_due_while_the_clock_is_ahead_and_after_leaves_on_time(
    session, ada, reminders, caplog, by
):
    caplog.set_level(logging.WARNING, "webinars")
    due = session.starts_at - HOUR
    swept(due - 60 * SECONDS, due - 30 * SECONDS)

    # the clock is ahead for forty seconds, and the session seems to have begun
    assert swept(due - 30 * SECONDS + by, due + by) == [0, 0]
    assert swept(due + 10 * SECONDS, due + 40 * SECONDS) == [1, 0]
    assert offsets(reminders()) == [60]
    assert [record.facts["of"] for record in caplog.records] == ["reminders"]


def test_what_left_early_by_a_clock_ahead_does_not_leave_again(session, ada, reminders):
    due = session.starts_at - DAY
    swept(due - 60 * SECONDS)

    assert swept(due - 60 * SECONDS + 3 * HOUR) == [1]
    assert swept(due - 20 * SECONDS, due + 10 * SECONDS, due + 40 * SECONDS, due + 3 * HOUR) == [0] * 4
    assert offsets(reminders()) == [1440]


def test_clocks_that_are_a_little_apart_go_back_on_nothing(session, ada, caplog):
    caplog.set_level(logging.WARNING, "webinars")
    due = session.starts_at - DAY

    assert swept(due - 30 * SECONDS, due + 20 * SECONDS, due - 20 * SECONDS, due + 30 * SECONDS) == [
        0,
        1,
        0,
        0,
    ]
    assert caplog.records == []


def test_whoever_took_a_seat_while_the_clock_was_ten_years_ahead_is_reminded(
    session, ada, signs_up, reminders
):
    bela = signs_up(BELA, session).registrant
    mine = update(Registration).where(Registration.registrant_id == bela.id)
    db.session.execute(mine.values(confirmed_at=session.starts_at + 3652 * DAY))
    db.session.commit()
    due = session.starts_at - HOUR
    swept(due - 30 * SECONDS, due)

    assert sorted(mail.recipient for mail in reminders()) == sorted([ADA.email, BELA.email])
