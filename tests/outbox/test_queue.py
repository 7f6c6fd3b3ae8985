"""A mail is a row before it is a message."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from webinars.outbox.actions import drop_unsent, queue
from webinars.outbox.models import Email, MailState
from webinars.storage.extensions import db

UID = "0123@example.org"


def test_a_queued_mail_has_its_identity_before_it_is_written(add):
    email = add("Ada@Town.FR")

    assert (email.state, email.content, email.attempts) == (MailState.QUEUED, None, 0)
    assert (email.recipient_key, email.domain) == ("ada@town.fr", "town.fr")
    assert email.message_id.startswith("<")
    assert email.message_id.endswith("@example.org>")
    assert len({email.message_id, add().message_id}) == 2


def test_the_same_thing_is_never_said_twice(add):
    add(purpose="invitation:1:0")

    with pytest.raises(IntegrityError):
        add(purpose="invitation:1:0")


def test_work_that_is_rolled_back_writes_to_nobody(app: Flask, outbox):
    queue("note", recipient="ada@town.fr", language="fr", about_id=1, purpose="note:1", now=NOW)
    db.session.rollback()

    assert outbox() == []


def test_a_withheld_mail_waits_for_somebody_to_release_it(add, deliver, sink):
    add().state = MailState.WITHHELD
    db.session.commit()

    assert deliver() == 0
    assert sink.recipients == []


def test_an_invitation_withdrawn_before_it_left_is_dropped_and_owes_no_cancellation(add, outbox):
    add(uid=UID, sequence=0)
    add(uid="another@example.org", sequence=0)

    assert drop_unsent([UID]) == {}
    assert [email.state for email in outbox()] == [MailState.DROPPED, MailState.QUEUED]


def test_an_invitation_that_left_owes_its_cancellation(add, deliver, outbox):
    add(uid=UID, sequence=0)
    deliver()
    add(uid=UID, sequence=1)

    assert list(drop_unsent([UID])) == [UID]
    assert [email.state for email in outbox()] == [MailState.SENT, MailState.DROPPED]


def test_an_invitation_that_may_have_left_owes_its_cancellation(add, outbox):
    email = add(uid=UID, sequence=0)
    email.unanswered = 1
    db.session.commit()

    assert list(drop_unsent([UID])) == [UID]
    assert [email.state for email in outbox()] == [MailState.DROPPED]


def test_an_invitation_being_sent_stays_and_owes_its_cancellation(add, outbox):
    email: Email = add(uid=UID, sequence=0)
    email.state, email.lease, email.leased_until = MailState.SENDING, "x", NOW
    db.session.commit()

    assert list(drop_unsent([UID])) == [UID]
    assert [email.state for email in outbox()] == [MailState.SENDING]
