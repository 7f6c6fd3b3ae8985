"""A cancellation settles like every other change, and holds back what would leave meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.cancelled import cancel, invitations, registration, restore
from tests.planning.settled import LATER, MINUTE, ada, edit, send_settled, waits
from tests.planning.test_actions import joins, kinds, left, next_week
from webinars.cycles.models import Session
from webinars.deliverability.queries import refused
from webinars.outbox.models import MailState
from webinars.outbox.queue.lease import Lease, claim, release, settle
from webinars.outbox.queue.pace import Pace
from webinars.planning import actions
from webinars.planning.updates import actions as updates_actions
from webinars.reminders.sweep import remind
from webinars.storage.extensions import db

__all__ = ["ada"]


def test_what_is_edited_while_the_cancellation_settles_leaves_it_standing(session, ada, outbox):
    cancel(session, word="Grève")
    edit(session, now=NOW + MINUTE, title="Achats durables")

    assert send_settled(LATER) == 1
    assert [mail.details["word"] for mail in outbox() if mail.kind == "invitation_cancelled"] == ["Grève"]


def test_the_word_of_a_cancellation_and_of_an_update_are_kept_apart(session, ada):
    edit(session, **next_week(session))
    updates_actions.keep_word(session, "Autre salle", are_texts_told=False, by=NADIA, now=NOW)
    cancel(session, word="Grève")
    updates_actions.keep_word(session, "Grève nationale", are_texts_told=False, by=NADIA, now=NOW)
    db.session.commit()

    assert (waits().word, waits().cancel_word) == ("Autre salle", "Grève nationale")
    restore(session, now=NOW + MINUTE)
    assert (waits().word, waits().cancel_word) == ("Autre salle", "")


def test_a_cancellation_is_not_kept_quiet(session, ada):
    cancel(session)

    assert not updates_actions.drop(session, by=NADIA, now=NOW)
    assert waits() is not None


@pytest.mark.parametrize(
    ("before_start", "leaves_after"), [(40, 0), (63, 3), (120, 5)], ids=["within the hour", "soon", "later"]
)
def test_nobody_who_is_on_the_way_waits_for_a_cancellation(session, ada, outbox, before_start, leaves_after):
    now = session.starts_at - before_start * MINUTE

    cancel(session, now=now)

    if leaves_after:
        assert waits().due_at == now + leaves_after * MINUTE
    assert kinds(outbox, "invitation_cancelled") == ([] if leaves_after else ["ada@example.org"])


def test_what_is_over_when_the_workers_come_back_is_told_to_nobody(session, ada, outbox):
    before = len(outbox())
    cancel(session)

    assert send_settled(session.ends_at + MINUTE) == 0
    assert (waits(), len(outbox())) == (None, before)


def test_neither_invitation_nor_promotion_leaves_while_a_cancellation_settles(session, outbox):
    session.capacity = 1
    ada = joins(session, "Ada")
    joins(session, "Bela")
    cancel(session)

    due = [mail.kind for mail in outbox() if mail.not_before <= LATER + timedelta(hours=1)]
    assert due == ["confirmation", "confirmation"]
    actions.give_back(ada.registrant, [registration("Ada")], is_all=False, by=NADIA, now=NOW)
    db.session.commit()
    assert kinds(outbox, "invitation") == ["ada@example.org"]

    restore(session, now=NOW + MINUTE)
    assert kinds(outbox, "invitation") == ["ada@example.org", "bela@example.org"]


def test_what_a_worker_had_in_hand_keeps_no_cancellation_waiting(session, outbox):
    joins(session, "Ada")
    lease = Lease(timedelta(minutes=2))
    claim(lease, limit=10, pace=Pace(), now=NOW)
    session = db.session.scalars(select(Session).options(joinedload(Session.cycle))).one()
    soon = session.starts_at - timedelta(minutes=30)
    cancel(session, now=soon)  # too late to settle
    release(lease)  # the worker stops before it has tried
    db.session.expire_all()

    due = [mail.kind for mail in outbox() if mail.not_before <= soon]
    assert due == ["invitation", "confirmation", "invitation_cancelled"]


def test_what_a_server_puts_off_meanwhile_is_held_back_all_the_same(session, outbox):
    joins(session, "Ada")
    lease = Lease(timedelta(minutes=2))
    in_hand = {mail.kind: mail for mail in claim(lease, limit=10, pace=Pace(), now=NOW)}
    session = db.session.scalars(select(Session).options(joinedload(Session.cycle))).one()
    cancel(session)
    settle(in_hand["invitation"], lease, state=MailState.QUEUED, not_before=NOW + MINUTE)
    db.session.commit()

    assert [mail.kind for mail in outbox() if mail.not_before <= LATER] == ["confirmation"]

    restore(session, now=NOW + 2 * MINUTE)
    assert {mail.kind for mail in outbox() if mail.not_before <= LATER} == {"confirmation", "invitation"}


def test_a_refused_invitation_is_not_offered_again_while_the_cancellation_settles(session, outbox):
    joins(session, "Ada")
    for mail in outbox():
        mail.state, mail.attempted_at = MailState.FAILED, NOW
    db.session.commit()
    assert [mail.kind for mail in refused(session.cycle, now=NOW)] == ["invitation", "confirmation"]

    cancel(session)
    assert [mail.kind for mail in refused(session.cycle, now=NOW)] == ["confirmation"]

    restore(session, now=NOW + MINUTE)
    assert [mail.kind for mail in refused(session.cycle, now=NOW)] == ["invitation", "confirmation"]


def test_whose_invitation_never_left_is_told_by_a_mail_without_calendar(session, outbox):
    joins(session, "Ada")
    cancel(session, word="Grève")
    send_settled(LATER)

    assert [(mail.kind, mail.state.value) for mail in outbox()] == [
        ("invitation", "dropped"),
        ("confirmation", "queued"),
        ("session_news", "queued"),
    ]
    left(outbox)
    restore(session)
    assert [(mail.kind, mail.details["occasion"]) for mail in outbox()[3:]] == [("invitation", "restored")]
    assert len(invitations()) == 2


def test_a_reminder_waits_for_the_cancellation_and_goes_with_it(session, ada, outbox):
    now = session.starts_at - timedelta(days=1)
    remind(now - MINUTE)
    cancel(session, now=now - MINUTE)
    assert remind(now) == 1
    db.session.commit()
    [reminder] = [mail for mail in outbox() if mail.kind == "reminder"]
    assert reminder.not_before == now + 4 * MINUTE

    send_settled(now + 4 * MINUTE)
    assert (reminder.state, kinds(outbox, "invitation_cancelled")) == (MailState.DROPPED, ["ada@example.org"])
