"""An update is told once, whoever sends it at the same moment, on either engine."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.actors import NADIA
from tests.planning import deeds
from tests.planning.settled import send_settled
from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, signs_up
from webinars.cycles.models import Session
from webinars.outbox.models import Email
from webinars.planning.locks import hold_session
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.models import PendingUpdate
from webinars.storage.extensions import db

PEOPLE = 5
SETTLED = NOW + timedelta(minutes=6)


@pytest.fixture
def moved(app):
    """A session that moved, and people who were not told yet."""
    with app.app_context():
        a_session(None)
        for number in range(PEOPLE):
            signs_up(number)()
        edit(days=1)()
    return app


def edit(*, days: int):
    """One save of the editor."""

    def job():
        session = db.session.scalars(select(Session).options(joinedload(Session.cycle))).one()
        hold_session(session)
        later = timedelta(days=days)
        hours = {"starts_at": session.starts_at + later, "ends_at": session.ends_at + later}
        told = deeds.edit_session(session, **hours, by=NADIA, now=NOW)
        db.session.commit()
        return told

    return job


def send():
    session = db.session.scalars(select(Session).options(joinedload(Session.cycle))).one()
    told = updates_actions.send(session, by=NADIA, now=NOW)
    db.session.commit()
    return told.people


def sequences():
    wanted = select(Email.sequence).where(Email.kind == "invitation_update").order_by(Email.id)
    return db.session.scalars(wanted).all()


def test_many_senders_tell_everybody_once(moved):
    jobs = [send, lambda: send_settled(SETTLED)] * 4

    answers = all_at_once(moved, jobs)

    assert sorted(answers) == [0] * 7 + [PEOPLE]
    with moved.app_context():
        assert sequences() == [1] * PEOPLE


def test_an_edit_beside_the_sender_is_lost_by_neither(moved):
    all_at_once(moved, [edit(days=1), lambda: send_settled(SETTLED)])

    with moved.app_context():
        rest = db.session.scalars(select(PendingUpdate)).all()
        session = db.session.scalars(select(Session).options(joinedload(Session.cycle))).one()
        assert session.starts_at == NOW + timedelta(days=12)
        assert (len(rest), len(sequences())) in {(1, 0), (1, PEOPLE), (0, PEOPLE)}
        send_settled(SETTLED)
        assert db.session.scalars(select(PendingUpdate)).all() == []
        assert sorted(sequences()) in ([1] * PEOPLE, [1] * PEOPLE + [2] * PEOPLE)
