"""Several workers sweep at once, on either engine: everybody is reminded once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, signs_up
from webinars.outbox.models import Email
from webinars.reminders.models import ReminderRound, ReminderSweep
from webinars.reminders.sweep import remind
from webinars.storage.extensions import db

PEOPLE = 12
DUE = NOW + timedelta(days=9)


def sweeps(at):
    """One worker's chore."""

    def job():
        told = remind(at)
        db.session.commit()
        return told

    return job


@pytest.mark.parametrize("is_known", [True, False], ids=["next sweep", "first sweep"])
def test_workers_that_sweep_at_once_remind_everybody_once(app, is_known):
    with app.app_context():
        a_session(None)
        for number in range(PEOPLE):
            signs_up(number)()
        if is_known:
            sweeps(DUE - timedelta(seconds=30))()

    told = all_at_once(app, [sweeps(DUE + timedelta(milliseconds=number)) for number in range(8)])

    assert [answer for answer in told if isinstance(answer, Exception)] == []
    assert sum(told) == PEOPLE
    with app.app_context():
        mails = db.session.scalars(select(Email.recipient).where(Email.kind == "reminder")).all()
        assert sorted(mails) == sorted(f"p{number}@example.net" for number in range(PEOPLE))
        assert len(db.session.scalars(select(ReminderRound)).all()) == 1
        assert len(db.session.scalars(select(ReminderSweep)).all()) == 1
