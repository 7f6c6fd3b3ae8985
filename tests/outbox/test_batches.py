"""How many mails are taken at once: what leaves in about a second."""

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import event

from tests.outbox.conftest import PEOPLE, WRITERS
from tests.outbox.sink import OK
from webinars.outbox.delivery import LEAST, LONGEST, MOST
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


@pytest.mark.parametrize(
    ("seconds", "following"), [(0, MOST), (0.05, 20), (0.1, LEAST), (0.2, LEAST)], ids=str
)
def test_the_next_batch_takes_about_a_second(add, delivery, takes, seconds, following):
    takes(seconds)
    for number in range(LEAST + 1):
        add(f"person{number}@town.fr")

    assert delivery.work_off(Event()) == LEAST
    assert (delivery.batch, delivery.may_be_more) == (following, True)


def test_few_mails_say_nothing_about_the_next_batch(add, delivery, takes):
    takes(0)
    add()

    delivery.work_off(Event())
    assert (delivery.batch, delivery.may_be_more) == (LEAST, False)


def test_a_server_that_became_slow_ends_the_batch_and_the_rest_is_given_back_untried(
    add, delivery, deliver, takes, sink, outbox
):
    delivery.batch = MOST
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
    assert (delivery.batch, delivery.may_be_more) == (LEAST, True)

    deliver()
    assert sink.recipients == PEOPLE


def test_the_last_outcome_waits_for_the_disk_even_when_no_further_mail_can_be_written(
    add, deliver, delivery, outbox
):
    def write(email):
        if email.recipient not in PEOPLE[:2]:
            raise ValueError("cannot be written")
        return WRITERS["note"](email)

    asks, awaits = {"sqlite": ("PRAGMA synchronous", "2"), "postgresql": ("SHOW synchronous_commit", "on")}[
        db.engine.dialect.name
    ]
    waited = []

    def look(connection, _cursor, statement, *_):
        if "sent_at" in statement and statement.lstrip().startswith(("UPDATE", "WITH")):
            [level] = connection.connection.driver_connection.execute(asks).fetchone()
            waited.append(str(level) == awaits)

    delivery.writers = {"note": write}
    for person in [*PEOPLE, "one-more@town.fr"]:  # than are written while the first two leave
        add(person)
    event.listen(db.engine, "before_cursor_execute", look)
    try:
        deliver()
    finally:
        event.remove(db.engine, "before_cursor_execute", look)

    assert [email.state for email in outbox()] == [MailState.SENT] * 2 + [MailState.FAILED] * 3
    assert waited == [False, True]
