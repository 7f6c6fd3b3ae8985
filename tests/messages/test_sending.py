"""Sending: to each once, never before its time, never twice, in few statements; and what the journal keeps."""

from datetime import timedelta
from inspect import unwrap

import pytest

from tests.actors import NADIA
from tests.conftest import NOW
from webinars.app.chores import CHORES
from webinars.journal.models import JournalEntry
from webinars.messages import actions
from webinars.messages.audience import Standing
from webinars.messages.chores import send_due
from webinars.messages.models import Message, MessageState
from webinars.messages.queries import progress
from webinars.outbox.models import MailState
from webinars.registration.models import Registrant, RegistrationState
from webinars.storage.extensions import db

LATER = NOW + timedelta(hours=3)
IN = RegistrationState.CONFIRMED


@pytest.fixture
def crowd(joins, past, coming) -> list[Registrant]:
    return [
        joins("Ada", {past: IN, coming: IN}),
        joins("Bela", {coming: IN}, language="en"),
        joins("Cleo", {coming: IN}, muted_at=NOW),
        joins("Dora", {coming: IN}, email=None),
    ]


def send(message: Message, now=NOW) -> bool:
    first = actions.send(message, by=NADIA, now=now)
    db.session.commit()
    return first


def test_each_person_has_one_row_whatever_matches(crowd, writes, outbox, cycle):
    message = writes()

    assert send(message)
    assert [
        (mail.kind, mail.recipient, mail.language, mail.purpose, mail.cycle_id, mail.can_be_silenced)
        for mail in outbox()
    ] == [
        (
            "message",
            f"{name}@town.example.org",
            language,
            f"message:{message.id}:{person.id}",
            cycle.id,
            True,
        )
        for name, language, person in (("ada", "fr", crowd[0]), ("bela", "en", crowd[1]))
    ]
    assert (message.state, message.people, message.muted, message.without_address) == (
        MessageState.SENDING,
        2,
        1,
        1,
    )
    assert message.sent_at == NOW


def test_a_second_press_sends_nothing(crowd, writes, outbox):
    message = writes()

    assert [send(message), send(message)] == [True, False]
    assert len(outbox()) == 2


def test_who_has_a_mail_of_it_already_gets_no_other(crowd, writes, outbox, joins, coming):
    message = writes()
    send(message)
    message.state, message.sent_at = MessageState.DRAFT, None  # as if a first attempt had been lost half-way
    message.people = message.muted = message.without_address = message.returned = None
    db.session.commit()
    joins("Emil", {coming: IN})
    send(message)

    assert [mail.recipient[:3] for mail in outbox()] == ["ada", "bel", "emi"]


def test_recipients_are_those_of_the_moment_of_sending(crowd, writes, outbox, joins, coming):
    message = writes(Standing.CONFIRMED, coming)
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    db.session.commit()
    crowd[0].muted_at = NOW
    joins("Emil", {coming: IN})
    send_due(LATER)

    assert [mail.recipient[:3] for mail in outbox()] == ["bel", "emi"]


def test_a_scheduled_message_leaves_at_its_time_and_not_before(crowd, writes, outbox):
    message = writes()
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    db.session.commit()

    assert (send_due(LATER - timedelta(seconds=1)), outbox()) == (0, [])
    assert send_due(LATER) == 1
    assert {mail.not_before for mail in outbox()} == {LATER}
    assert send_due(LATER) == 0
    assert len(outbox()) == 2


def test_the_chore_is_among_those_of_workers():
    assert [one.every for one in CHORES if unwrap(one.do) is send_due] == [timedelta(minutes=1)]


def test_a_cancelled_message_never_leaves(crowd, writes, outbox):
    message = writes()
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)

    assert actions.cancel(message, by=NADIA, now=NOW)
    db.session.commit()
    assert not actions.cancel(message, by=NADIA, now=NOW)
    assert not send(message, LATER)
    assert (send_due(LATER), outbox(), message.state) == (0, [], MessageState.CANCELLED)


def test_what_has_left_can_neither_be_cancelled_nor_scheduled_nor_thrown_away(crowd, writes):
    message = writes()
    send(message)

    assert not actions.cancel(message, by=NADIA, now=NOW)
    assert not actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    assert not actions.discard(message, by=NADIA, now=NOW)
    assert message.state is MessageState.SENDING


def test_a_message_is_sent_once_no_mail_of_it_waits(crowd, writes, outbox, cycle):
    message = writes()
    send(message)
    first, second = outbox()
    first.state, first.sent_at = MailState.SENT, NOW
    second.state, second.lease, second.leased_until = MailState.SENDING, "x", NOW
    db.session.commit()
    send_due(NOW)
    db.session.expire_all()
    assert message.state is MessageState.SENDING

    second.state, second.lease, second.leased_until = MailState.BOUNCED, None, None
    db.session.commit()
    assert send_due(NOW) == 1
    db.session.expire_all()
    assert message.state is MessageState.SENT
    assert progress(cycle) == {message.id: {MailState.BOUNCED: 1, MailState.SENT: 1}}


def test_a_message_to_nobody_is_sent_to_nobody(writes, outbox, cycle):
    message = writes(Standing.WAITING)
    send(message)
    send_due(NOW)
    db.session.expire_all()

    assert (message.state, message.people, outbox()) == (MessageState.SENT, 0, [])


def test_the_journal_says_who_wrote_to_how_many_and_not_what(crowd, writes):
    message = writes(body="Un secret", subject="Un autre")
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    send_due(LATER)
    entries = db.session.scalars(db.select(JournalEntry).order_by(JournalEntry.id)).all()

    title = message.cycle.title
    assert [(one.deed, one.actor.name, one.subject.label, one.detail) for one in entries] == [
        ("message scheduled", "Nadia Benali", title, None),
        ("message sent", "Nadia Benali", title, "2"),
    ]


def test_two_thousand_people_cost_few_statements(cycle, coming, joins, writes, outbox, count_queries):
    def rows(table, first, **facts):
        keys = range(first, first + 2000)
        db.session.execute(db.insert(table), [{**facts, **one} for one in [make(table, key) for key in keys]])

    def make(table, key):
        if table is Registrant:
            address = f"p{key}@town.example.org"
            named = {"folded_name": "p  p", "name_key": "p p"}
            return named | {"id": key, "public_id": f"p{key}", "email": address, "email_key": address}
        return {"registrant_id": key}

    from webinars.registration.models import Registration

    rows(
        Registrant,
        1000,
        cycle_id=cycle.id,
        first_name="P",
        last_name="P",
        created_at=NOW,
        changed_at=NOW,
    )
    rows(Registration, 1000, session_id=coming.id, state=IN, created_at=NOW, confirmed_at=NOW)
    db.session.commit()
    message = writes(Standing.CONFIRMED, coming)
    with count_queries() as counted:
        send(message)

    assert len(outbox()) == 2000
    assert counted.count <= 14


def test_a_test_goes_to_the_organiser_alone_and_once_a_press(crowd, writes, outbox):
    message = writes()
    facts = {"recipient": "nadia@vto.example.org", "name": "Nadia Benali", "language": "fr", "now": NOW}

    assert actions.send_test(message, nonce="one", **facts)
    assert not actions.send_test(message, nonce="one", **facts)
    assert actions.send_test(message, nonce="two", **facts)
    db.session.commit()
    assert [(mail.kind, mail.recipient, mail.cycle_id) for mail in outbox()] == [
        ("message_test", "nadia@vto.example.org", None)
    ] * 2
    assert message.state is MessageState.DRAFT


def test_a_message_about_a_session_that_was_cancelled_since_is_called_off(crowd, writes, coming, outbox):
    message = writes(Standing.CONFIRMED, coming)
    actions.schedule(message, at=LATER, by=NADIA, now=NOW)
    db.session.commit()
    coming.cancel(now=NOW + timedelta(minutes=1))
    db.session.commit()
    send_due(LATER)
    db.session.expire_all()

    assert message.state is MessageState.CANCELLED
    assert [mail for mail in outbox() if mail.kind == "message"] == []


def test_who_writes_knowing_that_it_is_cancelled_is_heard(crowd, writes, coming, outbox):
    coming.cancel(now=NOW)
    message = writes(Standing.CONFIRMED, coming)
    actions.schedule(message, at=LATER, by=NADIA, now=NOW + timedelta(minutes=1))
    db.session.commit()
    send_due(LATER)

    assert [mail for mail in outbox() if mail.kind == "message"] != []
