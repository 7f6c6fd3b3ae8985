"""Where nothing settles or nobody is to be told: what ends the wait, and whom it leaves in peace."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.accounts.signed_in import post
from tests.actors import NADIA, OTTO
from tests.conftest import NOW
from tests.outbox.conftest import refuse
from tests.page import read
from tests.planning import deeds
from tests.planning.settled import LATER, MINUTE, ada, edit, send_settled, updates, waits
from tests.planning.test_actions import joins, kinds, left, next_week
from webinars.cycles.models import Session
from webinars.cycles.states import CycleState
from webinars.invitations.models import Invitation
from webinars.journal.models import JournalEntry
from webinars.outbox.chores import TRIES
from webinars.planning import actions
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.models import PendingUpdate
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.queries import live_registrations
from webinars.storage.extensions import db

__all__ = ["ada", "refuse"]


def test_a_cancellation_takes_the_place_of_what_waits_and_settles_itself(session, ada, outbox):
    edit(session, **next_week(session))

    assert deeds.cancel_session(session, by=NADIA, now=NOW + MINUTE) == NotifiedCounts(1)
    db.session.commit()

    assert [mail.kind for mail in outbox()][2:] == []
    assert waits().due_at == NOW + 6 * MINUTE
    assert send_settled(NOW + 6 * MINUTE) == 1
    assert waits() is None
    assert [mail.kind for mail in outbox()][2:] == ["invitation_cancelled"]


def test_a_move_just_before_the_session_waits_for_nothing(session, ada, outbox):
    soon = session.starts_at - 40 * MINUTE

    assert edit(session, now=soon, ends_at=session.ends_at + timedelta(minutes=15)) == 1

    assert waits() is None
    assert len(updates(outbox)) == 1


def test_a_session_that_has_begun_sends_nothing(session, ada, outbox):
    edit(session, title="Achats durables", now=session.starts_at - MINUTE)
    assert waits() is not None

    assert send_settled(session.starts_at + 5 * MINUTE) == 0
    assert edit(session, title="Achats", now=session.starts_at + MINUTE) == 0
    assert (waits(), updates(outbox)) == (None, [])


def test_a_draft_tells_nobody(session, ada):
    session.cycle.state = CycleState.DRAFT

    assert edit(session, **next_week(session)) == 0
    assert waits() is None


def test_a_closed_cycle_still_tells_those_who_hold_a_place(session, ada, outbox):
    session.cycle.close(now=NOW)

    assert edit(session, **next_week(session)) == 1
    assert deeds.cancel_session(session, by=NADIA, now=NOW) == NotifiedCounts(1)
    updates_actions.send(session, now=NOW)
    assert kinds(outbox, "invitation_cancelled") == ["ada@example.org"]


def test_nobody_invited_means_nothing_waits(session):
    assert edit(session, **next_week(session)) == 0
    assert waits() is None


def test_who_withdrew_meanwhile_hears_of_no_update(session, ada, outbox):
    edit(session, **next_week(session))
    actions.give_back(ada, live_registrations(ada.id), is_all=False, by=NADIA, now=NOW)
    db.session.commit()

    assert send_settled(LATER) == 0
    assert updates(outbox) == []


def test_the_journal_says_who_did_it(session, ada):
    edit(session, **next_week(session))
    edit(session, title="Achats durables")
    updates_actions.keep_word(session, "Un mot", are_texts_told=False, by=OTTO, now=NOW)
    db.session.commit()
    send_settled(LATER)
    edit(session, title="Achats", now=LATER)
    updates_actions.drop(session, by=OTTO, now=LATER)
    db.session.commit()

    entries = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(one.deed, one.actor.name, one.subject.label) for one in entries] == [
        ("update prepared", "Nadia Benali", "Achats responsables"),
        ("session changed", "Nadia Benali", "Achats responsables"),
        ("session changed", "Nadia Benali", "Achats durables"),
        ("update changed", "Otto Weiss", "Achats durables"),
        ("update sent", "Nadia Benali", "Achats durables"),
        ("update prepared", "Nadia Benali", "Achats"),
        ("session changed", "Nadia Benali", "Achats"),
        ("update not sent", "Otto Weiss", "Achats"),
    ]


def test_a_session_that_cannot_be_told_keeps_no_other_waiting(session, ada, cycle, add_session, outbox):
    other = add_session(cycle, "Autre", days=12)
    joins(other, "Bela")
    left(outbox)
    edit(session, **next_week(session))
    edit(other, **next_week(other))
    broken = db.session.scalars(select(Invitation).where(Invitation.session_id == session.id)).one()
    broken.said = "not a line of ours"
    db.session.commit()

    assert send_settled(LATER) == 1
    assert kinds(outbox, "invitation_update") == ["bela@example.org"]


def spoil(session, said="not a line of ours"):
    invitations = update(Invitation).where(Invitation.session_id == session.id)
    db.session.execute(invitations.values(said=said))
    db.session.commit()


def test_an_update_that_always_fails_is_tried_three_times_and_then_shown(session, ada, cycle, desk, outbox):
    edit(session, **next_week(session))
    said = db.session.scalars(select(Invitation.said)).one()
    spoil(session)
    assert [send_settled(LATER) for _time in range(TRIES + 2)] == [0] * (TRIES + 2)
    db.session.expire_all()
    assert (waits().tries, waits().has_failed) == (TRIES, True)

    page = read(desk.get("/organise/vto/cycles/emploi?lang=en"))
    assert (
        "An update could not leave, for 1 registered person. Three tries failed; send it now, or ask your operator."
        in page.callouts
    )
    spoil(session, said)
    post(desk, f"/organise/vto/cycles/emploi/sessions/{session.slug}/update/send")
    assert kinds(outbox, "invitation_update") == ["ada@example.org"]


def test_whoever_edits_again_has_it_tried_again(session, ada):
    edit(session, **next_week(session))
    spoil(session)
    for _time in range(TRIES):
        send_settled(LATER)
    edit(session, title="Achats durables")

    assert (waits().tries, waits().has_failed) == (0, False)


def test_trouble_of_the_database_is_no_try(session, ada, cycle, add_session, outbox, refuse):
    other = add_session(cycle, "Autre", days=12)
    joins(other, "Bela")
    left(outbox)
    edit(session, **next_week(session))
    edit(other, **next_week(other))
    troubles = [1]
    refuse(
        lambda statement: statement.startswith("INSERT INTO email") and troubles and troubles.pop(),
        OperationalError,
    )

    with pytest.raises(OperationalError):
        send_settled(LATER)
    db.session.rollback()
    assert (waits().tries, len(updates(outbox))) == (0, 1)
    assert send_settled(LATER) == 1


class TestCancellingACycle:
    """One CANCEL for each registration, none for what is past."""

    def test_each_place_to_come_is_cancelled_once(self, cycle, session, ada, add_session, outbox):
        past = add_session(cycle, "Passée", days=12)
        later = add_session(cycle, "Plus tard", days=20)
        joins(past, "Ada")
        joins(later, "Ada")
        joins(later, "Bela")
        left(outbox)
        past.starts_at, past.ends_at = NOW - timedelta(days=3), NOW - timedelta(days=2)
        edit(later, title="Encore plus tard")

        assert deeds.cancel_cycle(cycle, by=NADIA, word="Faute de moyens", now=NOW) == NotifiedCounts(3)
        db.session.commit()
        assert not deeds.cancel_cycle(cycle, by=NADIA, now=NOW)
        assert kinds(outbox, "invitation_cancelled") == []
        assert send_settled(LATER) == 3

        told = [mail for mail in outbox() if mail.kind == "invitation_cancelled"]
        assert sorted(mail.recipient for mail in told) == [
            "ada@example.org",
            "ada@example.org",
            "bela@example.org",
        ]
        assert len({mail.uid for mail in told}) == 3
        assert {mail.details["word"] for mail in told} == {"Faute de moyens"}
        assert (cycle.state, cycle.cancelled_at) == (CycleState.CLOSED, NOW)
        assert (session.is_cancelled, later.is_cancelled, past.is_cancelled) == (True, True, False)
        assert waits() is None

    def test_a_session_brought_back_brings_the_cycle_back(self, session, ada, outbox):
        deeds.cancel_cycle(session.cycle, by=NADIA, now=NOW)
        db.session.commit()
        send_settled(LATER)
        left(outbox)

        assert deeds.restore_session(session, by=NADIA, now=LATER) == NotifiedCounts(1)
        assert session.cycle.cancelled_at is None
        assert kinds(outbox, "invitation_restored") == ["ada@example.org"]


def test_a_held_session_is_read_anew(session, ada):
    """What another transaction settled meanwhile is not told again."""
    edit(session, **next_week(session))
    db.session.get(PendingUpdate, session.id)
    db.session.execute(PendingUpdate.__table__.delete())

    assert updates_actions.find(session) is None
    assert db.session.get(Session, session.id) is session
