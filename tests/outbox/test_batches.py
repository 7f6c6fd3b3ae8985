"""How many mails are taken at once, and when a batch ends before its time."""

from collections.abc import Callable
from email.message import EmailMessage
from threading import Event

import pytest
from sqlalchemy import event, select

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE, write_note
from tests.outbox.sink import OK
from webinars.outbox.actions import pause
from webinars.outbox.composition.message import Batch, message_content
from webinars.outbox.delivery import AT_ONCE, LONGEST
from webinars.outbox.models import Email, EmailText, MailState
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


@pytest.fixture
def on_time(delivery) -> None:
    """No batch ends because this machine is slow."""
    delivery.ticks = lambda: 0.0


@pytest.mark.usefixtures("on_time")
def test_a_batch_is_small_and_says_whether_there_may_be_more(add, delivery):
    for number in range(AT_ONCE + 1):
        add(f"person{number}@town.fr")

    batches = [(delivery.work_off(Event()), delivery.may_be_more) for _batch in range(3)]
    assert batches == [(AT_ONCE, True), (1, False), (0, False)]


@pytest.mark.usefixtures("on_time")
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


def test_mails_that_take_long_to_write_leave_all_the_same(add, delivery, sink):
    seconds = [0.0]
    delivery.ticks = lambda: sum(seconds)

    def write_slowly(email: Email, batch: Batch) -> EmailMessage:
        seconds.append(LONGEST)
        return write_note(email, batch)

    delivery.writers = {"note": write_slowly}
    for person in PEOPLE:
        add(person)

    delivery.work_off(Event())
    assert len(sink.received) == len(PEOPLE)


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


def test_what_was_given_back_untried_is_written_anew_with_what_holds_then(
    add, delivery, deliver, takes, sink
):
    takes(LONGEST + 1)
    for person in PEOPLE:
        add(person)
    delivery.work_off(Event())
    assert len(db.session.scalars(select(EmailText.email_id)).all()) == 1
    db.session.rollback()

    delivery.writers = {"note": lambda email, batch: _newer(write_note(email, batch))}
    deliver()
    assert [mail.message["Subject"] for mail in sink.received] == ["Note 1", *["Newer"] * (len(PEOPLE) - 1)]


def test_what_may_have_left_is_never_written_anew(add, delivery, deliver, takes, sink, watch):
    """A worker that falls between the message and its record, and one that is stopped before it tries again."""
    add(PEOPLE[0])
    written = message_content(write_note(email := add(PEOPLE[1]), Batch([email], NOW)), email)
    email.unanswered = 1
    db.session.add(EmailText(email_id=email.id, content=written))
    db.session.commit()
    takes(LONGEST + 1)
    delivery.work_off(Event())
    watch.pass_(hours=1)

    delivery.writers = {"note": lambda email, batch: _newer(write_note(email, batch))}
    deliver()
    assert [mail.message["Subject"] for mail in sink.received] == ["Note 1", "Note 2"]


def _newer(message: EmailMessage) -> EmailMessage:
    del message["Subject"]
    message["Subject"] = "Newer"
    return message


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
