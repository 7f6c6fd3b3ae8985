"""From the sweep to the mail server: dropped when its reason or its time has gone, and bounded for a whole cycle."""

from datetime import timedelta
from threading import Event

import pytest
import time_machine
from sqlalchemy import insert

from tests.conftest import NOW
from tests.outbox.conftest import delivery_to, server, sink, way_to
from tests.registration.conftest import ADA, BELA
from tests.reminders.conftest import DAY, HOUR, state_of
from webinars.app.letters import WRITERS
from webinars.outbox.models import MailState
from webinars.registration import queries
from webinars.registration.actions import withdraw
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.reminders.sweep import remind
from webinars.storage.extensions import db

__all__ = ["server", "sink", "way_to"]


@pytest.fixture
def deliver(app, server):
    """`deliver(at)`: one batch leaves at this moment."""
    moment = [NOW]
    delivery = delivery_to(server, app, writers=WRITERS, now=lambda: moment[0])

    def work(at):
        moment[0] = at
        db.session.rollback()
        with time_machine.travel(at, tick=True):
            while delivery.work_off(Event()):
                pass
        db.session.expire_all()

    return work


@pytest.fixture
def reminded(session, ada, sweep, reminders, deliver):
    """Ada's reminder of the last hour, queued; what she got before has left."""
    deliver(NOW)
    sweep(session.starts_at - HOUR)
    return reminders()[0]


def subjects(sink):
    from email import message_from_bytes, policy

    return [str(message_from_bytes(one.content, policy=policy.default)["Subject"]) for one in sink.received]


def test_it_leaves(session, reminded, deliver, sink):
    deliver(session.starts_at - HOUR + timedelta(seconds=2))

    assert state_of(reminded) is MailState.SENT
    assert subjects(sink)[-1] == "Dans 1 heure, à 10 h : Achats responsables"


def test_whoever_withdraws_between_queue_and_sending_gets_none(session, ada, reminded, deliver, sink):
    withdraw(queries.live_registration(ada.id, session.id), now=session.starts_at - HOUR)
    db.session.commit()
    deliver(session.starts_at - HOUR + timedelta(seconds=2))

    assert state_of(reminded) is MailState.DROPPED
    assert [subject for subject in subjects(sink) if "1 heure" in subject] == []


def test_what_could_not_leave_before_the_start_is_dropped(session, reminded, deliver, sink):
    sink.on_message = lambda _recipient, _time: "451 try again later"
    deliver(session.starts_at - timedelta(seconds=90))
    deliver(session.starts_at - timedelta(seconds=20))
    assert (state_of(reminded), reminded.attempts) == (MailState.QUEUED, 2)

    sink.on_message = lambda _recipient, _time: "250 OK"
    deliver(reminded.not_before)
    assert reminded.not_before > session.starts_at
    assert state_of(reminded) is MailState.DROPPED
    assert [subject for subject in subjects(sink) if "10 h" in subject and "Invitation" not in subject] == []


def test_two_people_get_a_mail_each(session, signs_up, sweep, deliver, sink):
    for person in (ADA, BELA):
        signs_up(person, session)
    deliver(NOW)
    before = len(sink.received)
    sweep(session.starts_at - DAY)
    deliver(session.starts_at - DAY)

    assert sorted(one.recipient for one in sink.received[before:]) == sorted([ADA.email, BELA.email])


def test_eight_sessions_of_five_hundred_people_cost_a_few_statements(
    cycle, add_session, count_queries, reminders
):
    sessions = [add_session(cycle, f"Session {number}", days=10) for number in range(8)]
    people = range(500)
    db.session.add_all(
        Registrant(
            cycle_id=cycle.id,
            email=f"p{number}@town.example.org",
            email_key=f"p{number}@town.example.org",
            first_name="P",
            last_name=str(number),
            created_at=NOW,
            changed_at=NOW,
        )
        for number in people
    )
    db.session.flush()
    ids = db.session.scalars(db.select(Registrant.id)).all()
    db.session.execute(
        insert(Registration),
        [
            {
                "registrant_id": registrant,
                "session_id": session.id,
                "state": RegistrationState.CONFIRMED,
                "created_at": NOW,
                "confirmed_at": NOW,
            }
            for session in sessions
            for registrant in ids
        ],
    )
    start = sessions[0].starts_at
    remind(start - DAY - timedelta(seconds=30))
    db.session.commit()
    with count_queries() as counted:
        assert remind(start - DAY) == 4000
        db.session.commit()

    assert len([one for one in counted.statements if not one.startswith("BEGIN")]) <= 6
    assert len(reminders()) == 4000
    assert remind(start - DAY) == remind(start - DAY + timedelta(seconds=30)) == 0
