"""What cannot wait leaves before reminders, and these before messages to many, whatever stands there already."""

from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW
from tests.outbox.conftest import write_note
from tests.plans.cost import counted
from webinars.app.letters import WRITERS
from webinars.outbox.actions import queue_all
from webinars.outbox.models import URGENCY_OF_KIND, Urgency, row
from webinars.outbox.queue import lease
from webinars.outbox.queue.pace import Pace
from webinars.storage.extensions import db

MANY = 2_000


@pytest.fixture
def messages(app, delivery):
    """Messages to many people, that wait: `messages(2000)`."""
    delivery.writers = dict.fromkeys(WRITERS, write_note)

    return lambda count: _queue("message", count)


def first_batch(delivery, sink):
    db.session.rollback()
    delivery.work_off(Event())
    return sink.recipients


@pytest.mark.slow("queues two thousand mails")
def test_two_thousand_messages_never_stand_before_a_confirmation(add, messages, delivery, sink):
    messages(MANY)
    first_batch(delivery, sink)
    add("ada@town.fr", kind="confirmation")
    add("bela@city.fr", kind="reminder")
    add("cleo@dept.fr", kind="password_reset")

    assert first_batch(delivery, sink)[delivery.at_once :][:3] == [
        "ada@town.fr",
        "cleo@dept.fr",
        "bela@city.fr",
    ]


def test_messages_go_on_when_nothing_more_urgent_is_due(add, messages, deliver, sink):
    messages(30)
    add("ada@town.fr", kind="confirmation")
    add("bela@city.fr", kind="confirmation", not_before=NOW.replace(year=NOW.year + 1))

    assert deliver() == 31
    assert sink.recipients[0] == "ada@town.fr"


def test_a_mail_waits_for_an_earlier_one_of_its_thread_though_that_is_less_urgent(
    add, delivery, deliver, sink
):
    delivery.writers = dict.fromkeys(WRITERS, write_note)
    add("ada@town.fr", kind="reminder", uid="seat-1@example.org")
    add("ada@town.fr", kind="place_freed", uid="seat-1@example.org")
    add("bela@city.fr", kind="confirmation")
    deliver()

    # the place that is freed waits for the reminder, and leaves with the next batch
    assert sink.recipients == ["bela@city.fr", "ada@town.fr", "ada@town.fr"]


def test_what_cannot_wait_goes_first_within_the_pace_of_a_minute(
    add, messages, delivery, deliver, sink, watch
):
    delivery.pace = Pace(per_minute=5)
    messages(20)
    deliver()
    add("ada@town.fr", kind="confirmation")
    watch.pass_(seconds=61)
    deliver()

    assert sink.recipients[5] == "ada@town.fr"


def test_every_kind_that_is_less_urgent_is_a_kind_that_is_written():
    assert set(URGENCY_OF_KIND) <= set(WRITERS)
    assert Urgency.AT_ONCE not in URGENCY_OF_KIND.values()


@pytest.mark.slow("queues six thousand mails")
def test_taking_mail_reads_no_more_however_many_of_each_class_are_to_leave_later(messages, delivery):
    messages(100)
    few = _steps(delivery)
    in_a_year = NOW.replace(year=NOW.year + 1)
    _queue("confirmation", 3_000, not_before=in_a_year)
    _queue("reminder", 3_000, not_before=in_a_year)

    assert _steps(delivery) <= few * 1.2


def _steps(delivery):
    """What taking one batch reads."""
    held = lease.Lease(timedelta(minutes=1))
    with counted() as cost:
        taken = lease.claim(held, limit=20, pace=delivery.pace, now=NOW)
    assert len(taken) == 20
    lease.release(held)
    return cost.steps


def _queue(kind, count, **facts):
    facts = {"language": "fr", "about_id": 1, "now": NOW, **facts}
    people = [(f"p{n}@town{n % 40}.fr", f"{kind}-of:{n}") for n in range(count)]
    queue_all([row(kind, recipient=person, purpose=purpose, **facts) for person, purpose in people])
    db.session.commit()
