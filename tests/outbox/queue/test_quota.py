"""A quota of the hour and of the day holds on all workers together, whatever the clock does."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from tests.conftest import NOW
from tests.outbox.conftest import write_note
from tests.plans.cost import counted
from webinars.app.letters import WRITERS
from webinars.outbox.models import Urgency
from webinars.outbox.queue import lease
from webinars.outbox.queue.flow import QuotaHold, flow_of_mail, held_by_quota
from webinars.outbox.queue.pace import DAY, HOUR, Pace
from webinars.storage.extensions import db


@pytest.fixture
def quota(delivery):
    """Delivery under a quota: `quota(per_hour=3)`."""
    delivery.writers = dict.fromkeys(WRITERS, write_note)

    def quota(**limits):
        delivery.pace = Pace(**limits)
        return delivery.pace

    return quota


def add_many(add, count, kind="confirmation"):
    for number in range(count):
        add(f"{kind}{number}@town.fr", kind=kind)


def test_no_more_than_the_quota_leaves_in_any_hour(quota, add, deliver, watch):
    quota(per_hour=3)
    add_many(add, 7)
    taken = [deliver()]
    for minutes in (59, 2, 30, 32):
        watch.pass_(minutes=minutes)
        taken.append(deliver())

    assert taken == [3, 0, 3, 0, 1]


def test_the_quota_of_the_day_holds_beside_that_of_the_hour(quota, add, deliver, watch):
    quota(per_hour=2, per_day=5)
    add_many(add, 9)
    taken = []
    for _hour in range(26):
        taken.append(deliver())
        watch.pass_(minutes=61)

    assert taken[:6] == [2, 2, 1, 0, 0, 0]
    assert sum(taken) == 9
    assert [hour for hour, count in enumerate(taken) if count] == [0, 1, 2, 24, 25]


def test_messages_to_many_leave_a_tenth_of_the_quota_to_what_cannot_wait(quota, add, deliver, sink):
    quota(per_day=20)
    add_many(add, 30, "message")
    assert deliver() == 18
    add("ada@town.fr", kind="confirmation")
    add("bela@town.fr", kind="reminder")
    add("cleo@town.fr", kind="password_reset")
    add("dora@town.fr", kind="password_reset")

    assert deliver() == 2
    assert sink.recipients[18:] == ["ada@town.fr", "cleo@town.fr"]


def test_a_quota_that_is_lowered_counts_what_has_left_already(quota, add, deliver, watch):
    quota(per_hour=5)
    add_many(add, 10)
    assert deliver() == 5
    watch.pass_(minutes=30)
    pace = quota(per_hour=2)
    assert deliver() == 0
    assert held_by_quota(pace, now=watch.at) == QuotaHold(Urgency.AT_ONCE, NOW + HOUR)

    watch.pass_(minutes=31)
    assert deliver() == 2


def test_a_clock_that_was_ahead_or_is_set_back_stops_no_mail_for_longer_than_the_quota(
    quota, add, deliver, watch
):
    pace = quota(per_hour=2)
    add_many(add, 6)
    watch.pass_(days=3)
    assert deliver() == 2

    watch.pass_(days=-3)
    assert held_by_quota(pace, now=watch.at) is None
    assert deliver() == 2
    watch.pass_(minutes=61)
    assert deliver() == 2


def test_what_is_held_back_is_told_with_when_it_goes_on(quota, add, deliver, watch):
    pace = quota(per_hour=10, per_day=1000)
    add_many(add, 12, "message")
    assert held_by_quota(pace, now=NOW) is None
    deliver()
    watch.pass_(minutes=20)
    assert held_by_quota(pace, now=watch.at) == QuotaHold(Urgency.GROUP, NOW + HOUR)

    assert flow_of_mail(pace, now=watch.at).behind == timedelta()
    assert flow_of_mail(pace, now=NOW + HOUR + timedelta(minutes=7)).behind == timedelta(minutes=7)
    watch.pass_(minutes=41)
    assert held_by_quota(pace, now=watch.at) is None
    assert deliver() == 3


def test_nothing_is_told_when_the_quota_is_used_up_and_nothing_waits(quota, add, deliver, watch):
    pace = quota(per_day=2)
    add_many(add, 2)
    deliver()

    assert held_by_quota(pace, now=NOW + DAY / 2) is None


def test_of_two_workers_at_once_one_takes_the_last_of_the_quota(app, quota, add, deliver):
    pace = quota(per_day=3)
    add_many(add, 2)
    deliver()
    for number in range(5):
        add(f"more{number}@town.fr", kind="confirmation")
    db.session.rollback()
    taken, both = [], Barrier(2)

    def work():
        with app.app_context():
            both.wait()
            held = lease.Lease(timedelta(minutes=1))
            taken.append(len(lease.claim(held, limit=20, pace=pace, now=NOW)))
            db.session.remove()

    workers = [Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == [0, 1]


def test_without_a_quota_nothing_is_counted(add, delivery):
    add()
    with counted() as cost:
        lease.claim(lease.Lease(timedelta(minutes=1)), limit=5, pace=delivery.pace, now=NOW)

    assert [statement for statement, _values in cost.statements if "count(" in statement.lower()] == []
