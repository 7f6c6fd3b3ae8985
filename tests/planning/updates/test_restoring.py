"""Restoring says to each calendar what it needs to hear."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.cancelled import calendar_mails, cancel, cancelled, invitations, registration, restore
from tests.planning.settled import LATER, MINUTE, ada, edit, send_settled, updates, waits
from tests.planning.test_actions import joins, kinds, left, next_week
from webinars.deliverability.queries import refused
from webinars.invitations.models import InvitationAnswer, MailHost, PartStat
from webinars.outbox.models import Email, MailState
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.address_change import readdress
from webinars.reminders.sweep import remind
from webinars.storage.extensions import db

__all__ = ["ada"]


def test_a_slip_caught_in_time_is_heard_of_by_nobody(session, ada, outbox):
    before = len(outbox())

    assert cancel(session) == NotifiedCounts(1)
    assert restore(session, now=NOW + MINUTE) == NotifiedCounts()

    assert send_settled(LATER) == 0
    assert (waits(), len(outbox())) == (None, before)
    [invitation] = invitations()
    assert (invitation.sequence, invitation.cancelled_at) == (0, None)


def test_a_move_that_waited_under_the_cancellation_is_told_once_that_is_taken_back(session, ada, outbox):
    edit(session, **next_week(session))
    cancel(session)
    edit(session, now=NOW + MINUTE, title="Achats durables")
    restore(session, now=NOW + 2 * MINUTE)

    assert send_settled(NOW + 7 * MINUTE) == 1
    [mail] = updates(outbox)
    assert (mail.sequence, mail.details["title"]) == (1, "Achats responsables")


def test_an_invitation_held_back_leaves_when_the_session_takes_place_after_all(session, outbox):
    joins(session, "Ada")
    cancel(session)
    restore(session, now=NOW + MINUTE)

    [mail] = [mail for mail in outbox() if mail.kind == "invitation"]
    assert (mail.state, mail.not_before) == (MailState.QUEUED, NOW + MINUTE)


def test_who_never_heard_of_the_cancellation_is_invited_as_if_there_had_been_none(session, outbox):
    joins(session, "Ada")
    cancel(session)
    send_settled(LATER)
    restore(session)

    assert [mail.kind for mail in outbox() if mail.state is MailState.QUEUED] == [
        "confirmation",
        "invitation",
    ]
    assert outbox()[-1].details["occasion"] == "signed up"


def test_a_reminder_of_a_session_brought_back_in_time_leaves(session, ada, outbox):
    now = session.starts_at - timedelta(days=1)
    remind(now - MINUTE)
    cancel(session, now=now - MINUTE)
    remind(now)
    db.session.commit()
    restore(session, now=now + MINUTE)

    [reminder] = [mail for mail in outbox() if mail.kind == "reminder"]
    assert (reminder.state, reminder.not_before) == (MailState.QUEUED, now + MINUTE)


def test_a_cancellation_put_off_by_the_server_is_dropped_with_the_restoring(session, ada, outbox):
    invitation = invitations()[0]
    invitation.partstat = PartStat.ACCEPTED
    cancel(session)
    send_settled(LATER)
    cancellation = outbox()[-1]
    cancellation.attempts, cancellation.attempted_at = 1, LATER  # answered 451
    db.session.commit()

    assert restore(session) == NotifiedCounts()
    assert calendar_mails(outbox) == [("invitation", 0, "sent"), ("invitation_cancelled", 1, "dropped")]
    assert (invitation.cancelled_at, invitation.partstat) == (None, PartStat.ACCEPTED)
    first = outbox()[0].message_id
    assert (invitation.last_message_id, invitation.first_message_id) == (first, first)


def test_what_was_moved_meanwhile_is_told_where_the_cancellation_was_dropped(session, ada, outbox):
    cancel(session)
    send_settled(LATER)
    edit(session, now=LATER, **next_week(session))

    assert restore(session) == NotifiedCounts()
    assert send_settled(LATER + 5 * MINUTE) == 1
    assert [mail.sequence for mail in updates(outbox)] == [2]


@pytest.mark.parametrize("state", [MailState.SENT, MailState.SENDING, MailState.BOUNCED, MailState.QUEUED])
def test_a_cancellation_that_may_have_arrived_is_answered_under_the_same_uid(session, ada, outbox, state):
    db.session.add(InvitationAnswer(**_answer(invitations()[0], PartStat.ACCEPTED)))
    invitations()[0].partstat = PartStat.ACCEPTED
    cancel(session)
    send_settled(LATER)
    mail = outbox()[-1]
    mail.state, mail.unanswered = state, 1  # a worker was killed with it in hand
    mail.sent_at = LATER if state is MailState.SENT else None
    if state is MailState.SENDING:
        mail.lease, mail.leased_until = "x", LATER
    db.session.commit()

    assert restore(session, now=LATER + MINUTE) == NotifiedCounts(1)

    *_earlier, cancellation, request = outbox()
    assert (cancellation.kind, request.kind) == ("invitation_cancelled", "invitation_restored")
    assert (request.uid, request.sequence) == (cancellation.uid, 2)
    assert request.details["previous"] == cancellation.message_id
    [invitation] = invitations()
    assert (invitation.last_major, invitation.partstat) == (0, PartStat.NEEDS_ACTION)
    assert (invitation.restored_at, invitation.restored_sequence) == (LATER + MINUTE, 2)
    assert db.session.scalars(select(InvitationAnswer.is_former)).all() == [True]


def _answer(invitation, partstat):
    facts = {"invitation_id": invitation.id, "partstat": partstat, "sequence": 0, "sender": "", "note": ""}
    return facts | {"stamped_at": NOW, "received_at": NOW, "written_at": NOW}


def test_restored_at_another_date_it_asks_for_an_answer_to_that(session, ada, outbox):
    old = session.starts_at
    cancelled(session, outbox)
    edit(session, **next_week(session))
    restore(session)

    [invitation] = invitations()
    assert (invitation.sequence, invitation.last_major) == (2, 2)
    assert outbox()[-1].details["starts_at"] == old.isoformat()
    assert waits() is None


@pytest.mark.parametrize("address", ["ada@gmail.com", "ada@ville.example.fr"])
def test_at_google_s_a_new_object_follows_the_one_that_was_taken_back(session, outbox, address):
    db.session.add(MailHost(domain="ville.example.fr", is_google=True, asked_at=NOW))
    joins(session, "Ada")
    ada = registration("Ada").registrant
    ada.email = ada.email_key = address
    invitations()[0].attendee = address
    left(outbox)
    cancelled(session, outbox)

    assert restore(session) == NotifiedCounts(1)
    old, new = invitations()
    mail = outbox()[-1]
    assert (mail.kind, mail.uid, mail.sequence, mail.follows) == ("invitation_restored", new.uid, 0, old.uid)
    assert registration("Ada").invitation_id == new.id


def test_a_returned_cancellation_is_not_sent_again_once_a_new_object_follows_it(session, outbox):
    """Its reader would take the session for cancelled after all."""
    joins(session, "Ada")
    ada = registration("Ada").registrant
    ada.email = ada.email_key = invitations()[0].attendee = "ada@gmail.com"
    for mail in outbox():
        mail.recipient = mail.recipient_key = ada.email
    left(outbox)
    cancelled(session, outbox)
    cancellation = outbox()[-1]
    cancellation.state, cancellation.last_error = MailState.BOUNCED, "5.2.2 full"
    db.session.commit()
    before = [mail.kind for mail in refused(session.cycle, now=NOW)]
    restore(session)

    assert outbox()[-1].follows == cancellation.uid
    assert (before, refused(session.cycle, now=LATER)) == (["invitation_cancelled"], [])


@pytest.mark.parametrize("is_google", [False, None])
def test_where_dns_says_otherwise_or_nothing_the_uid_stays(session, ada, outbox, is_google):
    db.session.add(MailHost(domain="example.org", is_google=is_google, asked_at=NOW))
    cancelled(session, outbox)
    restore(session)

    assert len(invitations()) == 1


def test_cancelled_again_before_the_restoring_left_says_nothing_twice(session, ada, outbox):
    cancelled(session, outbox)
    restore(session)
    cancel(session, now=LATER)
    send_settled(LATER + 5 * MINUTE)

    assert calendar_mails(outbox) == [
        ("invitation", 0, "sent"),
        ("invitation_cancelled", 1, "sent"),
        ("invitation_restored", 2, "dropped"),
    ]
    restore(session, now=LATER + 6 * MINUTE)
    assert calendar_mails(outbox)[3:] == [("invitation_restored", 3, "queued")]


def test_every_session_of_a_cancelled_cycle_comes_back(cycle, session, ada, add_session, outbox):
    later = add_session(cycle, "Plus tard", days=20)
    joins(later, "Ada")
    left(outbox)
    deeds.cancel_cycle(cycle, by=NADIA, now=NOW)
    db.session.commit()
    send_settled(LATER)
    left(outbox)

    assert [restore(one).people for one in (session, later)] == [1, 1]
    assert kinds(outbox, "invitation_restored") == ["ada@example.org", "ada@example.org"]
    assert len({mail.uid for mail in outbox() if mail.sequence is not None}) == 2


def test_the_same_purpose_is_never_said_twice(session, ada, outbox):
    for _time in range(3):
        cancelled(session, outbox)
        restore(session)
        left(outbox)

    sequences = [mail.sequence for mail in outbox() if mail.sequence is not None]
    assert sequences == list(range(7))
    assert len({mail.uid for mail in outbox() if mail.sequence is not None}) == 1
    assert db.session.scalars(select(Email.id).where(Email.state != MailState.SENT)).all() == []


@pytest.mark.parametrize("has_left", [False, True])
def test_an_address_corrected_meanwhile_is_invited_once_the_session_is_restored(
    session, ada, outbox, has_left
):
    cancel(session)
    readdress(ada, "ada@other.example.org", now=NOW)
    db.session.commit()
    if has_left:
        send_settled(LATER)

    restore(session)
    told = [(mail.kind, mail.recipient) for mail in outbox() if mail.state is MailState.QUEUED and mail.uid]
    assert told == [("invitation", "ada@other.example.org")]
