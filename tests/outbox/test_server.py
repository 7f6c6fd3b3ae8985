"""What becomes of mail with a server that puts it off, refuses it or goes away."""

from datetime import timedelta
from threading import Event

import pytest

from tests.conftest import NOW
from tests.outbox.conftest import PEOPLE, at_port
from tests.outbox.sink import AND_CLOSE, DROP, KEEP_AND_DROP, OK, saying
from webinars.outbox import delivery as delivering
from webinars.outbox.errors import Unreachable
from webinars.outbox.models import MailState
from webinars.outbox.queue.attempt import WAITS
from webinars.storage.extensions import db


def test_one_refused_recipient_does_not_stop_the_others(add, deliver, sink, outbox):
    sink.on_recipient = lambda address, _time: "550 5.1.1 No such user" if address == PEOPLE[1] else OK
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == [PEOPLE[0], PEOPLE[2], PEOPLE[3]]
    assert [email.state for email in outbox()] == [
        MailState.SENT,
        MailState.FAILED,
        MailState.SENT,
        MailState.SENT,
    ]
    assert outbox()[1].last_error == "550 5.1.1 No such user"
    assert sink.connections == 1


def test_a_message_refused_for_good_fails_with_the_words_of_the_server(add, deliver, sink, watch):
    sink.on_message = lambda *_: "554 5.7.1 Looks like spam"
    email = add()
    deliver()
    watch.pass_(days=4)
    deliver()

    assert (email.state, email.last_error) == (MailState.FAILED, "554 5.7.1 Looks like spam")
    assert len(sink.offered) == 1


def test_mail_put_off_is_tried_after_1_5_15_and_60_minutes_then_hourly_for_3_days(add, deliver, sink, watch):
    sink.on_recipient = lambda *_: "451 4.7.1 Greylisted"
    email = add()
    waits = []
    while watch.at < NOW + timedelta(days=4):
        before = watch.at
        deliver()
        if email.state is MailState.FAILED:
            break
        if email.state is MailState.QUEUED:
            waits.append((email.not_before - before) / timedelta(minutes=1))
            watch.at = email.not_before

    assert waits[:6] == [1, 5, 15, 60, 60, 60]
    assert set(waits[4:]) == {60}
    assert timedelta(days=2, hours=23) < watch.at - NOW <= timedelta(days=3)
    assert len(waits) == len(WAITS)
    assert email.last_error == "451 4.7.1 Greylisted"


def test_greylisted_mail_arrives_when_its_time_has_come_with_the_bytes_of_the_first_attempt(
    add, deliver, sink, watch, delivery
):
    sink.on_message = lambda _recipient, time: OK if time > 1 else "451 4.3.0 Try again later"
    email = add()
    deliver()
    written = email.content
    delivery.writers = {}  # nobody writes it a second time
    watch.pass_(minutes=1)
    deliver()

    assert [mail.content for mail in sink.received] == [written]
    assert (email.state, email.attempts) == (MailState.SENT, 2)


def test_a_message_without_an_answer_goes_again_as_it_is_and_the_others_go_on(
    add, deliver, sink, watch, outbox
):
    sink.on_message = lambda address, time: KEEP_AND_DROP if address == PEOPLE[0] and time == 1 else OK
    for person in PEOPLE:
        add(person)
    deliver()
    assert [email.state for email in outbox()] == [
        MailState.QUEUED,
        MailState.SENT,
        MailState.SENT,
        MailState.SENT,
    ]
    watch.pass_(minutes=1)
    deliver()

    copies = [mail.content for mail in sink.received if mail.recipient == PEOPLE[0]]
    assert len(copies) == 2
    assert len(set(copies)) == 1
    assert outbox()[0].unanswered == 1


def test_a_server_that_never_answers_a_message_does_not_get_it_for_three_days(add, deliver, sink, watch):
    sink.on_message = lambda *_: DROP
    email = add()
    for _hour in range(24):
        deliver()
        watch.pass_(hours=1)

    assert (email.state, len(sink.offered)) == (MailState.FAILED, 6)


def test_a_connection_that_breaks_before_the_message_is_made_again(add, deliver, sink, outbox):
    sink.on_recipient = lambda address, time: DROP if address == PEOPLE[1] and time == 1 else OK
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == PEOPLE
    assert [(email.state, email.attempts) for email in outbox()] == [(MailState.SENT, 1)] * 4
    assert sink.connections == 2


def test_a_mail_at_which_the_server_breaks_off_each_time_waits_and_the_others_go_on(
    add, deliver, sink, outbox
):
    sink.on_recipient = lambda address, _time: DROP if address == PEOPLE[1] else OK
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == [PEOPLE[0], PEOPLE[2], PEOPLE[3]]
    assert (outbox()[1].state, outbox()[1].unanswered) == (MailState.QUEUED, 0)


def test_a_server_that_ends_the_connection_blames_no_mail(add, deliver, sink, outbox):
    sink.on_recipient = lambda address, time: (
        "421 4.7.0 Too many" if address == PEOPLE[2] and time == 1 else OK
    )
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == PEOPLE
    assert [email.attempts for email in outbox()] == [1, 1, 1, 1]


def test_a_server_that_is_away_leaves_every_mail_in_its_place(add, delivery, outbox):
    at_port(delivery.transport, 1)
    for person in PEOPLE:
        add(person)

    with pytest.raises(Unreachable):
        delivery.work_off(Event())
    db.session.expire_all()
    assert [(email.state, email.attempts, email.not_before) for email in outbox()] == [
        (MailState.QUEUED, 0, NOW)
    ] * 4
    assert outbox()[0].last_error.startswith("ConnectionRefusedError")


def test_a_server_that_breaks_off_every_dialogue_is_left_in_peace(add, delivery, sink, outbox):
    sink.on_recipient = lambda *_: DROP
    for number in range(20):
        add(f"person{number}@town.fr")

    with pytest.raises(Unreachable):
        delivery.work_off(Event())
    db.session.expire_all()
    assert {(email.state, email.attempts) for email in outbox()} == {(MailState.QUEUED, 0)}
    assert len(sink.tried) == 2 * delivering.IN_A_ROW


def test_a_server_that_refuses_and_closes_is_believed(add, deliver, sink, outbox):
    sink.on_recipient = lambda address, _time: f"550 No{AND_CLOSE}" if address == PEOPLE[1] else OK
    for person in PEOPLE:
        add(person)
    deliver()

    assert [email.state for email in outbox()] == [
        MailState.SENT,
        MailState.FAILED,
        MailState.SENT,
        MailState.SENT,
    ]
    assert sink.tried == PEOPLE


def test_a_server_that_takes_commands_together_gets_the_same_mails(add, deliver, sink, outbox):
    sink.pipelining = True
    sink.on_recipient = lambda address, _time: "550 No" if address == PEOPLE[1] else OK
    sink.on_message = lambda address, time: DROP if address == PEOPLE[2] and time == 1 else OK
    for person in PEOPLE:
        add(person)
    deliver()

    assert sink.recipients == [PEOPLE[0], PEOPLE[3]]
    assert [email.state for email in outbox()] == [
        MailState.SENT,
        MailState.FAILED,
        MailState.QUEUED,
        MailState.SENT,
    ]


def test_a_server_that_asks_for_a_message_nobody_shall_get_gets_none(add, deliver, server, outbox):
    with saying(
        ["220 hello", "250-hello\r\n250 PIPELINING", "250 yes\r\n550 no\r\n354 go", "554 nobody", "250 again"]
    ) as said:
        at_port(server, said.port)
        add()
        deliver()
        server.close()  # a script that still waits is waited for

    assert outbox()[0].last_error == "550 no"
    assert said.heard[2:4] == [b".\r\n", b"rset\r\n"]


def test_a_sender_that_is_refused_waits_instead_of_being_lost(add, deliver, sink, outbox):
    async def refuse(server, session, envelope, address, options):
        return "550 5.7.1 Sender not owned by user"

    sink.handle_MAIL = refuse
    add()
    deliver()

    assert (outbox()[0].state, outbox()[0].last_error) == (
        MailState.QUEUED,
        "550 5.7.1 Sender not owned by user",
    )
