"""How many mails are taken at once, and when a batch ends before its time."""

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import event

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE
from tests.outbox.sink import OK
from webinars.outbox.actions import pause
from webinars.outbox.delivery import AT_ONCE, LONGEST
from webinars.outbox.models import MailState
from webinars.storage.extensions import db


@pytest.fixture
def takes(delivery, sink) -> Callable[[float], None]:
    """Says how many seconds the server takes for each message, by a clock of its own."""
    seconds = [0.0]
    delivery.ticks = lambda: sum(seconds)

    def takes(for_each):
        def on_message(*_):
            seconds.append(for_each)
            return OK

        sink.on_message = on_message

    return takes


def test_a_batch_is_small_and_says_whether_there_may_be_more(add, delivery):
    for number in range(AT_ONCE + 1):
        add(f"person{number}@town.fr")

    batches = [(delivery.work_off(Event()), delivery.may_be_more) for _batch in range(3)]
    assert batches == [(AT_ONCE, True), (1, False), (0, False)]


def test_a_pause_is_heeded_at_the_end_of_a_batch(app, add, delivery, sink):
    def on_message(*_):
        if not sink.received:
            with app.app_context():
                pause(reason="the relay moves", now=NOW)
                db.session.commit()
        return OK

    sink.on_message = on_message
    for number in range(AT_ONCE + 1):
        add(f"person{number}@town.fr")
    while delivery.work_off(Event()):
        pass

    assert len(sink.received) == AT_ONCE


def test_a_server_that_became_slow_ends_the_batch_and_the_rest_is_given_back_untried(
    add, delivery, deliver, takes, sink, outbox
):
    takes(LONGEST * 0.6)
    for person in PEOPLE:
        add(person)
    delivery.work_off(Event())
    db.session.expire_all()

    assert [(email.state, email.attempts) for email in outbox()] == [
        (MailState.SENT, 1),
        (MailState.SENT, 1),
        (MailState.QUEUED, 0),
        (MailState.QUEUED, 0),
    ]
    assert delivery.may_be_more

    deliver()
    assert sink.recipients == PEOPLE


def test_every_outcome_waits_for_the_disk(add, deliver, outbox):
    asks, awaits = {"sqlite": ("PRAGMA synchronous", "2"), "postgresql": ("SHOW synchronous_commit", "on")}[
        db.engine.dialect.name
    ]
    waited = []

    def look(connection, _cursor, statement, *_):
        if "sent_at" in statement and statement.startswith("UPDATE"):
            [level] = connection.connection.driver_connection.execute(asks).fetchone()
            waited.append(str(level) == awaits)

    for person in PEOPLE:
        add(person)
    event.listen(db.engine, "before_cursor_execute", look)
    try:
        deliver()
    finally:
        event.remove(db.engine, "before_cursor_execute", look)

    assert [email.state for email in outbox()] == [MailState.SENT] * 4
    assert waited == [True] * 4
