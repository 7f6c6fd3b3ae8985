"""What leaves: as it was written and kept, once, in its order, at its pace, in time."""

from datetime import timedelta
from threading import Event

import pytest
from jinja2 import TemplateNotFound
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE, WRITERS, at_port
from tests.outbox.sink import OK
from webinars.outbox.actions import pause, resume
from webinars.outbox.errors import ReasonGone, Unreachable
from webinars.outbox.models import Email, EmailText, MailState
from webinars.outbox.queue.pace import Pace
from webinars.outbox.transport import Folder
from webinars.storage.database import only_reading
from webinars.storage.extensions import db, mail


def test_mail_leaves_as_it_was_written_with_an_envelope_of_its_own(add, deliver, sink, outbox):
    email = add()
    deliver()

    [mail] = sink.received
    assert mail.recipient == "ada@town.fr"
    assert mail.sender == f"bounces+{email.bounce_token}@example.org"
    assert mail.message_id == email.message_id
    assert mail.content == email.content
    assert (email.state, email.attempts, email.sent_at, email.lease) == (MailState.SENT, 1, NOW, None)


def test_what_left_is_recorded_whichever_way_and_nothing_else(add, deliver, delivery, sink, tmp_path):
    sink.on_recipient = lambda address, _time: OK if address == PEOPLE[0] else "550 5.1.1 No such user"
    with mail.record_messages() as left:
        by_server = add(PEOPLE[0])
        add(PEOPLE[1])
        deliver()
        delivery.transport = Folder(tmp_path)
        by_folder = add(PEOPLE[2])
        deliver()

    assert [(letter.sender, letter.recipients, letter.as_bytes()) for letter in left] == [
        (f"bounces+{email.bounce_token}@example.org", [email.recipient], email.content)
        for email in (by_server, by_folder)
    ]


def test_a_batch_uses_one_connection(add, deliver, sink):
    for number in range(60):
        add(f"person{number}@town.fr")

    assert deliver() == 60
    assert len(sink.received) == 60
    assert sink.connections == 1


@pytest.mark.parametrize("pipelining", [False, True])
def test_when_a_message_is_given_its_text_and_the_outcome_of_the_last_one_are_kept(
    add, deliver, sink, pipelining
):
    sink.pipelining = pipelining
    engine, kept = db.engine, []

    def look(recipient, _time):
        text = select(Email.recipient).join(EmailText).where(Email.recipient == recipient)
        with only_reading(), engine.connect() as connection:
            sent = select(Email.recipient).where(Email.state == MailState.SENT).order_by(Email.id)
            kept.append((connection.scalar(text), list(connection.scalars(sent))))
        return OK

    sink.on_message = look
    for person in PEOPLE:
        add(person)
    deliver()

    assert kept == [(person, PEOPLE[:number]) for number, person in enumerate(PEOPLE)]


def test_a_database_away_while_mails_are_written_leaves_them_in_their_place(
    add, deliver, sink, delivery, outbox
):
    troubles = [OperationalError("SELECT", {}, Exception("database is locked"))]

    def write(email, batch):
        if email.recipient == PEOPLE[2] and troubles:
            raise troubles.pop()
        return WRITERS["note"](email, batch)

    delivery.writers = {"note": write}
    for person in PEOPLE:
        add(person)
    with pytest.raises(OperationalError):
        deliver()
    assert [(email.state, email.attempts) for email in outbox()] == [(MailState.QUEUED, 0)] * 4

    deliver()
    assert sink.recipients == PEOPLE
    assert [email.state for email in outbox()] == [MailState.SENT] * 4


def test_a_database_that_does_not_take_why_one_is_not_written_leaves_all_in_their_place(
    add, deliver, sink, delivery, outbox, refuse
):
    def write(email, batch):
        if email.recipient == PEOPLE[2]:
            raise ValueError("cannot be written")
        return WRITERS["note"](email, batch)

    troubles = ["once"]
    refuse(
        lambda statement: (
            "last_error=" in statement and "sent_at" not in statement and troubles and troubles.pop()
        ),
        DataError,
    )
    delivery.writers = {"note": write}
    for person in PEOPLE:
        add(person)
    with pytest.raises(DataError):
        deliver()
    assert (sink.recipients, [email.state for email in outbox()]) == ([], [MailState.QUEUED] * 4)

    deliver()
    assert sink.recipients == [PEOPLE[0], PEOPLE[1], PEOPLE[3]]
    assert [email.state for email in outbox()] == [
        MailState.SENT,
        MailState.SENT,
        MailState.FAILED,
        MailState.SENT,
    ]


def test_nothing_is_written_for_a_server_that_is_away(add, delivery, outbox):
    at_port(delivery.transport, 1)
    add()
    with pytest.raises(Unreachable):
        delivery.work_off(Event())
    db.session.expire_all()

    assert (outbox()[0].content, outbox()[0].state) == (None, MailState.QUEUED)


def test_mail_does_not_leave_before_its_time(add, deliver, sink, watch):
    add(not_before=NOW + timedelta(minutes=5))
    deliver()
    assert sink.recipients == []

    watch.pass_(minutes=5)
    deliver()
    assert sink.recipients == ["ada@town.fr"]


def test_a_writer_that_raises_fails_its_mail_alone(add, deliver, delivery, sink, outbox):
    def poison(_email: Email, _batch):
        raise LookupError("the registration has gone")

    delivery.writers = {**delivery.writers, "poison": poison}
    add(PEOPLE[0], kind="poison")
    add(PEOPLE[1])
    add(PEOPLE[2], kind="unknown")
    add(PEOPLE[3])
    deliver()

    assert sink.recipients == [PEOPLE[1], PEOPLE[3]]
    assert [email.state for email in outbox()] == [
        MailState.FAILED,
        MailState.SENT,
        MailState.FAILED,
        MailState.SENT,
    ]
    assert outbox()[0].last_error == "LookupError: the registration has gone"


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), MemoryError()])
def test_trouble_with_the_disk_or_memory_is_no_fault_of_the_mail(
    trouble, add, deliver, delivery, sink, outbox, watch
):
    troubles = [trouble]

    def write(email: Email, batch):
        if email.recipient == PEOPLE[0] and troubles:
            raise troubles.pop()
        return WRITERS["note"](email, batch)

    delivery.writers = {"note": write}
    add(PEOPLE[0])
    add(PEOPLE[1])
    deliver()

    first, second = outbox()
    assert (first.state, first.attempts, second.state) == (MailState.QUEUED, 0, MailState.SENT)
    assert first.last_error == f"not written yet: {type(trouble).__name__}"
    watch.pass_(minutes=6)
    deliver()
    assert sink.recipients == [PEOPLE[1], PEOPLE[0]]


def test_a_template_that_is_missing_is_a_fault_of_the_mail(add, deliver, delivery, outbox):
    def write(_email: Email, _batch):
        raise TemplateNotFound("none.txt")

    delivery.writers = {"note": write}
    add()
    deliver()

    assert outbox()[0].state is MailState.FAILED


def test_a_writer_that_changes_the_identity_is_not_believed(add, deliver, delivery, outbox):
    def impostor(email: Email, batch):
        message = delivery.writers["note"](email, batch)
        message.replace_header("Message-ID", "<another@example.org>")
        return message

    delivery.writers = {**delivery.writers, "impostor": impostor}
    add(kind="impostor")
    deliver()

    assert outbox()[0].state is MailState.FAILED


def test_a_mail_whose_reason_has_gone_is_dropped(add, deliver, delivery, sink, outbox):
    def gone(_email: Email, _batch):
        raise ReasonGone

    delivery.writers = {"gone": gone}
    add(kind="gone")
    deliver()

    assert outbox()[0].state is MailState.DROPPED
    assert sink.received == []


def test_mails_of_one_uid_leave_in_order_even_when_the_first_waits(add, deliver, sink, watch):
    sink.on_message = lambda _recipient, time: OK if time > 1 else "451 Later"
    add("ada@town.fr", uid="u@example.org", sequence=0)
    add("ada@new.fr", uid="u@example.org", sequence=1)
    add("ada@newer.fr", uid="u@example.org", sequence=2)
    add("bela@city.fr", uid="v@example.org", sequence=0)
    for _minute in range(5):
        deliver()
        watch.pass_(minutes=1)

    ours = [recipient for recipient in sink.recipients if recipient.startswith("ada")]
    assert ours == ["ada@town.fr", "ada@new.fr", "ada@newer.fr"]


def test_a_mail_that_failed_lets_the_next_of_its_uid_go(add, deliver, sink):
    sink.on_recipient = lambda address, _time: "550 No" if address == "old@town.fr" else OK
    add("old@town.fr", uid="u@example.org", sequence=0)
    add("new@town.fr", uid="u@example.org", sequence=1)
    deliver()

    assert sink.recipients == ["new@town.fr"]


def test_while_mail_is_paused_nothing_leaves(add, deliver, sink):
    add()
    pause(reason="the relay moves", now=NOW)
    db.session.commit()
    assert deliver() == 0

    resume()
    db.session.commit()
    assert deliver() == 1
    assert sink.recipients == ["ada@town.fr"]


def test_no_more_than_the_pace_leaves_in_a_minute(add, deliver, delivery, sink, watch):
    delivery.pace = Pace(per_minute=3)
    for number in range(7):
        add(f"person{number}@town.fr")
    counts = []
    for _minute in range(3):
        deliver()
        counts.append(len(sink.received))
        watch.pass_(seconds=61)

    assert counts == [3, 6, 7]


def test_one_slow_domain_does_not_hold_the_others_back(add, deliver, delivery, sink, watch):
    delivery.pace, delivery.at_once = Pace(per_domain=2), 3
    for number in range(20):
        add(f"person{number}@big.example")
    for person in PEOPLE:
        add(person)
    deliver()
    assert sorted(sink.recipients) == sorted(["person0@big.example", "person1@big.example", *PEOPLE])

    watch.pass_(seconds=61)
    deliver()
    assert len(sink.received) == 8


def test_stopping_ends_with_the_mail_under_way_and_gives_the_rest_back(add, delivery, sink, outbox):
    stop = Event()

    def stopping(*_):
        stop.set()
        return OK

    sink.on_message = stopping
    for person in PEOPLE:
        add(person)
    delivery.work_off(stop)
    db.session.expire_all()

    assert [email.state for email in outbox()] == [
        MailState.SENT,
        MailState.QUEUED,
        MailState.QUEUED,
        MailState.QUEUED,
    ]
    assert {email.lease for email in outbox()} == {None}


def test_what_comes_too_late_is_dropped_even_when_it_was_written_before(add, deliver, outbox, sink, watch):
    sink.on_recipient = lambda _address, _time: "451 Later"
    add(not_after=NOW + timedelta(minutes=3))
    deliver()
    assert (outbox()[0].state, outbox()[0].content is None) == (MailState.QUEUED, False)
    sink.on_recipient = lambda _address, _time: "250 OK"
    watch.pass_(minutes=4)
    deliver()

    assert (outbox()[0].state, sink.recipients) == (MailState.DROPPED, [])


def test_a_mail_whose_answer_the_database_refuses_to_keep_is_not_sent_for_ever(
    add, deliver, sink, outbox, refuse, watch
):
    refuse(lambda statement: "sent_at=" in statement, DataError)
    add(PEOPLE[0])
    for _hour in range(24):
        deliver()
        watch.pass_(hours=1)

    assert sink.recipients == [PEOPLE[0]] * 6
    assert [(email.state, email.last_error) for email in outbox()] == [
        (MailState.FAILED, "its answer was not kept: DataError")
    ]
