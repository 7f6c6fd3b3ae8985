"""A clock that once was ahead stalls nothing when it is right again, is told once, and sends nothing twice."""

import logging
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import update

from tests.conftest import NOW
from tests.outbox.sink import OK
from webinars.outbox.chores import Chore, take_chore
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue import lease as queue_lease
from webinars.outbox.queue import trouble
from webinars.outbox.queue.lease import Lease, OverlongLeases
from webinars.outbox.queue.pace import FREE, Pace
from webinars.outbox.queue.postponement import bring_back
from webinars.storage.extensions import db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
far_ahead = pytest.mark.parametrize("by", [3 * HOUR, 3652 * DAY], ids=["three hours", "ten years"])


@pytest.fixture
def told(caplog):
    """What was gone back on, as operators read it."""
    caplog.set_level(logging.WARNING, "webinars")
    return lambda: [
        record.facts["of"] for record in caplog.records if record.message == "the clock was ahead"
    ]


def brought_back(now=NOW):
    number = bring_back(now, current_app.config["SETTINGS"])
    db.session.commit()
    db.session.expire_all()
    return number


@far_ahead
def test_a_chore_is_done_again_at_once_and_then_once_a_period(app, told, by):
    chore = Chore("count", MINUTE, lambda _now, _settings: 0)
    taken = [take_chore(chore, now=at) for at in (NOW, NOW + by, NOW + 40 * MINUTE / 60, NOW + MINUTE)]

    assert taken == [True, True, True, False]
    assert told() == ["count"]
    assert [take_chore(chore, now=NOW + seconds * MINUTE / 60) for seconds in (99, 100)] == [False, True]


def test_clocks_that_are_a_little_apart_take_no_turn_twice(app, told):
    chore = Chore("count", MINUTE, lambda _now, _settings: 0)

    assert [take_chore(chore, now=NOW + seconds * MINUTE / 60) for seconds in (50, 0, 30)] == [
        True,
        False,
        False,
    ]
    assert told() == []


@far_ahead
def test_a_mail_put_off_by_a_clock_ahead_is_tried_again_when_it_is_right(
    add, deliver, sink, watch, outbox, told, by
):
    email = add()
    sink.on_message = lambda *_: "451 4.3.0 Later"
    watch.at = NOW + by
    deliver()
    sink.on_message = lambda *_: OK
    watch.at = NOW + MINUTE
    assert (deliver(), brought_back(watch.at), brought_back(watch.at)) == (0, 1, 0)

    deliver()
    assert (email.state, email.attempted_at, told()) == (MailState.SENT, watch.at, ["mail"])


@far_ahead
def test_a_mail_queued_while_the_clock_was_ahead_leaves_once(add, deliver, sink, watch, by):
    email = add(now=NOW + by)
    assert (deliver(), brought_back()) == (0, 1)

    deliver()
    watch.at = NOW + by
    assert (deliver(), brought_back(watch.at), sink.recipients) == (0, 0, [email.recipient])


def test_a_mail_that_waits_for_its_turn_goes_on_waiting(add, told):
    waiting = [add(not_before=NOW + minutes * MINUTE) for minutes in (1, 5, 60)]
    withheld = update(Email).where(Email.id == waiting[2].id)
    db.session.execute(withheld.values(state=MailState.WITHHELD, not_before=NOW + DAY))
    db.session.commit()

    assert (brought_back(), told()) == (0, [])


@far_ahead
def test_a_mail_withheld_by_a_clock_ahead_waits_a_day_at_most(add, by):
    email = add(now=NOW + by)
    db.session.execute(update(Email).values(state=MailState.WITHHELD, not_before=NOW + by + DAY))
    db.session.commit()
    brought_back()

    assert email.not_before <= NOW + 2 * DAY


def test_what_was_sent_is_not_told_otherwise_by_a_clock_that_is_behind(add, deliver, watch):
    email = add()
    deliver()

    assert brought_back(NOW - 2000 * DAY) == 0
    assert (email.sent_at, email.attempted_at, email.created_at) == (NOW, NOW, NOW)


@far_ahead
def test_a_lease_of_a_clock_ahead_ends_once_nobody_has_renewed_it_for_as_long_as_one_lasts(
    add, outbox, monkeypatch, told, by
):
    add()
    lease, vigil, ticks = Lease(MINUTE), OverlongLeases(MINUTE), [1000.0]
    queue_lease.claim(lease, limit=1, pace=FREE, now=NOW + by)
    monkeypatch.setattr("webinars.outbox.queue.lease.time.monotonic", lambda: ticks[0])
    states = []
    for seconds in (0, 59, 60, 61):
        ticks[0] = 1000.0 + seconds
        queue_lease.sweep(vigil, now=NOW)
        [email] = outbox()
        states.append(email.state)
        db.session.rollback()

    assert states == [MailState.SENDING, MailState.SENDING, MailState.QUEUED, MailState.QUEUED]
    assert (told(), outbox()[0].unanswered) == (["leases"], 1)


def test_a_worker_that_holds_a_lease_as_the_clock_goes_back_keeps_it(add, outbox, monkeypatch):
    add()
    lease, vigil, ticks = Lease(MINUTE), OverlongLeases(MINUTE), [1000.0]
    queue_lease.claim(lease, limit=1, pace=FREE, now=NOW + 3 * HOUR)
    monkeypatch.setattr("webinars.outbox.queue.lease.time.monotonic", lambda: ticks[0])
    queue_lease.sweep(vigil, now=NOW)
    ticks[0] += 45
    queue_lease.renew(lease, now=NOW + 45 * MINUTE / 60)
    ticks[0] += 45
    queue_lease.sweep(vigil, now=NOW + 90 * MINUTE / 60)

    [email] = outbox()
    assert (email.state, email.lease) == (MailState.SENDING, lease.token)


@far_ahead
def test_mails_tried_by_a_clock_ahead_take_no_place_in_the_pace(add, deliver, delivery, sink, watch, by):
    delivery.pace = Pace(per_minute=2)
    for _number in range(2):
        add()
    watch.at = NOW + by
    deliver()
    add("bela@city.fr")
    watch.at = NOW + MINUTE
    deliver()

    assert sink.recipients[-1] == "bela@city.fr"


@far_ahead
def test_trouble_met_by_a_clock_ahead_is_tried_again_when_it_is_right(app, told, by):
    trouble.begin("554 No", now=NOW + by)
    db.session.commit()
    known = trouble.in_force()

    assert not trouble.is_early(now=NOW)
    assert (trouble.take_trial(known, now=NOW), trouble.take_trial(known, now=NOW)) == (True, False)
    assert told() == ["trouble"]
    assert trouble.is_early(now=NOW)


@far_ahead
def test_a_mail_taken_by_a_clock_ahead_hides_no_trouble(add, deliver, sink, watch, by):
    add()
    watch.at = NOW + by
    deliver()
    watch.at = NOW + MINUTE
    sink.on_message = lambda *_: "550 5.7.1 Blocked"
    for number in range(12):
        add(f"person{number}@{('town', 'city', 'dept')[number % 3]}.fr")
    deliver()

    assert trouble.in_force() is not None
