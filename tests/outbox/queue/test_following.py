"""A mail that follows another thread leaves after what that thread had to say before it."""

from tests.outbox.test_queue import UID
from webinars.outbox.models import MailState
from webinars.storage.extensions import db


def test_it_waits_for_the_other_thread_and_for_nothing_later(add, deliver, sink):
    first = add("first@example.org", uid=UID)
    first.state = MailState.WITHHELD
    follower = add("second@example.org", uid="other@example.org", follows=UID)
    add("third@example.org", uid=UID)
    db.session.commit()

    deliver()
    assert sink.received == []

    first.state = MailState.QUEUED
    db.session.commit()
    deliver()
    assert sink.received[0].recipient == "first@example.org"
    assert follower.state is MailState.SENT


def test_what_follows_a_thread_without_mail_leaves(add, deliver, sink):
    add("second@example.org", uid="other@example.org", follows=UID)

    deliver()
    assert [mail.recipient for mail in sink.received] == ["second@example.org"]
