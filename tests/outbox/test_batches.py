"""How many mails are taken at once: what leaves in about a second."""

from collections.abc import Callable
from threading import Event

import pytest

from tests.outbox.conftest import PEOPLE
from tests.outbox.sink import OK
from webinars.extensions import db
from webinars.outbox import delivery as delivering
from webinars.outbox.delivery import LEAST, LONGEST, MOST
from webinars.outbox.models import State


@pytest.fixture
def takes(monkeypatch, sink) -> Callable[[float], None]:
    """Says how many seconds the server takes for each message, by a clock of its own."""

    class Watch:
        at = 0.0

        def monotonic(self) -> float:
            return self.at

    watch = Watch()
    monkeypatch.setattr(delivering, "time", watch)

    def takes(seconds):
        def on_message(*_):
            watch.at += seconds
            return OK

        sink.on_message = on_message

    return takes


@pytest.mark.parametrize(
    ("seconds", "following"), [(0, MOST), (0.05, 20), (0.1, LEAST), (0.2, LEAST)], ids=str
)
def test_the_next_batch_takes_about_a_second(add, delivery, takes, seconds, following):
    takes(seconds)
    for number in range(LEAST + 1):
        add(f"person{number}@town.fr")

    assert delivery.work_off(Event()) == LEAST
    assert delivery.batch == following


def test_few_mails_say_nothing_about_the_next_batch(add, delivery, takes):
    takes(0)
    add()

    delivery.work_off(Event())
    assert delivery.batch == LEAST


def test_a_server_that_became_slow_ends_the_batch_and_the_rest_is_given_back_untried(
    add, delivery, deliver, takes, sink, outbox
):
    delivery.batch = 4
    takes(LONGEST * 0.6)
    for person in PEOPLE:
        add(person)
    delivery.work_off(Event())
    db.session.expire_all()

    assert [(email.state, email.attempts) for email in outbox()] == [
        (State.SENT, 1),
        (State.SENT, 1),
        (State.QUEUED, 0),
        (State.QUEUED, 0),
    ]
    assert delivery.batch == LEAST

    deliver()
    assert sink.recipients == PEOPLE
