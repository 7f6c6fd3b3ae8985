"""A message pressed twice, or found by two workers: one mail to each person; and a draft sent while it is edited."""

from datetime import timedelta

from sqlalchemy import select

from tests.actors import NADIA
from tests.races.database import all_at_once
from tests.races.test_seats import NOW, a_session, signs_up
from webinars.cycles.models import Cycle
from webinars.messages import actions
from webinars.messages.audience import Standing
from webinars.messages.chores import send_due
from webinars.messages.errors import MessageIsNoDraft
from webinars.messages.models import Message, MessageState
from webinars.messages.queries import KIND, TEST_KIND, message_for_mail
from webinars.outbox.models import Email
from webinars.storage.extensions import db

PEOPLE = 12


def a_message() -> None:
    a_session(None)
    for number in range(PEOPLE):
        signs_up(number)()
    cycle = db.session.scalars(select(Cycle)).one()
    message = Message(standing=Standing.ALL, kinds=[], subject="À lire", body="Bonjour")
    actions.add(cycle, message, by=NADIA, now=NOW)
    db.session.commit()


def the_message() -> Message:
    message = message_for_mail(db.session.scalars(select(Message.id)).one())
    assert message is not None
    return message


def sent_to() -> list[str]:
    return sorted(db.session.scalars(select(Email.recipient).where(Email.kind == KIND)))


def test_a_double_click_sends_one_mail_to_each(app):
    with app.app_context():
        a_message()

    def press():
        is_first = actions.send(the_message(), by=NADIA, now=NOW)
        db.session.commit()
        return is_first

    assert sorted(all_at_once(app, [press] * 6)) == [False] * 5 + [True]
    with app.app_context():
        assert sent_to() == sorted(f"p{number}@example.net" for number in range(PEOPLE))


def test_two_workers_send_a_scheduled_message_once(app):
    with app.app_context():
        a_message()
        actions.schedule(the_message(), at=NOW, by=NADIA, now=NOW)
        db.session.commit()

    def work():
        moved = send_due(NOW + timedelta(minutes=1))
        db.session.commit()
        return moved

    assert sorted(all_at_once(app, [work] * 6)) == [0] * 5 + [1]
    with app.app_context():
        assert len(sent_to()) == PEOPLE


def test_sending_cancelling_and_editing_at_once_leave_one_truth(app):
    with app.app_context():
        a_message()

    def send():
        actions.send(the_message(), by=NADIA, now=NOW)
        db.session.commit()

    def edit():
        message = the_message()
        actions.hold_draft(message)
        message.subject = "Autre"
        db.session.commit()

    def throw_away():
        gone = actions.discard(the_message(), by=NADIA, now=NOW)
        db.session.commit()
        return gone

    answers = all_at_once(app, [send, edit, send, edit, send, edit])
    assert all(answer is None or isinstance(answer, MessageIsNoDraft) for answer in answers), answers
    with app.app_context():
        assert the_message().state is MessageState.SENDING
        assert len(sent_to()) == PEOPLE
    assert all_at_once(app, [throw_away] * 2) == [False, False]


def test_a_test_pressed_twice_is_one_mail(app):
    with app.app_context():
        a_message()

    def press():
        is_first = actions.send_test(
            the_message(), recipient="n@example.org", name="N", nonce="x", language="fr", now=NOW
        )
        db.session.commit()
        return is_first

    assert sorted(all_at_once(app, [press] * 6)) == [False] * 5 + [True]
    with app.app_context():
        assert len(db.session.scalars(select(Email).where(Email.kind == TEST_KIND)).all()) == 1
