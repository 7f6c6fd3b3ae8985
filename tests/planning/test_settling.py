"""Changes settle, are told once, and only to those whose calendar says something else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.planning.test_actions import BY, joins, kinds, left, next_week
from webinars.cycles.models import Session
from webinars.cycles.states import CycleState, Format
from webinars.extensions import db
from webinars.invitations.models import Invitation, PartStat
from webinars.journal.models import Entry
from webinars.planning import actions, settling
from webinars.planning.chores import send_settled
from webinars.planning.models import PendingUpdate
from webinars.registration.announced import Announced
from webinars.registration.queries import live_registrations

MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE


def edit(session, *, now=NOW, are_texts_told=False, **values):
    """One edit and its commit, as the editor does it."""
    before = Announced.of(session)
    for name, value in values.items():
        setattr(session, name, value)
    told = actions.session_changed(session, before, by=BY, are_texts_told=are_texts_told, now=now)
    db.session.commit()
    return told


def waits():
    return db.session.scalars(select(PendingUpdate)).one_or_none()


def updates(outbox):
    return [mail for mail in outbox() if mail.kind == "invitation_update"]


@pytest.fixture
def ada(session, outbox):
    """Ada, whose invitation has left."""
    registrant = joins(session, "Ada").registrant
    left(outbox)
    return registrant


def test_three_edits_make_one_update_with_the_first_values(session, ada, outbox):
    old = Announced.of(session)
    edit(session, **next_week(session))
    edit(session, now=NOW + MINUTE, format=Format.HYBRID, place="Mairie, salle 2")
    edit(session, now=NOW + 2 * MINUTE, title="Achats durables")

    assert waits().due_at == NOW + 7 * MINUTE
    assert send_settled(NOW + 6 * MINUTE) == 0
    assert send_settled(NOW + 7 * MINUTE) == 1
    assert send_settled(NOW + 8 * MINUTE) == 0

    [mail] = updates(outbox)
    assert (mail.recipient, mail.sequence) == ("ada@example.org", 1)
    assert mail.details["starts_at"] == old.starts_at.isoformat()
    assert (mail.details["format"], mail.details["place"], mail.details["title"]) == (
        "online",
        "",
        "Achats responsables",
    )
    assert waits() is None


def test_a_change_taken_back_is_no_change(session, ada, outbox):
    assert edit(session, title="Achats durables") == 1
    assert edit(session, title="Achats responsables") == 0

    assert waits() is None
    assert updates(outbox) == []


def test_who_was_invited_in_between_is_told_when_the_change_is_taken_back(session, ada, outbox):
    old = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    edit(session, **next_week(session))
    joins(session, "Bela")
    left(outbox)
    assert edit(session, now=NOW + MINUTE, **old) == 1
    send_settled(NOW + 6 * MINUTE)

    assert [mail.recipient.partition("@")[0] for mail in updates(outbox)] == ["bela"]
    assert waits() is None


def test_who_registers_after_the_edit_is_invited_to_what_is_so(session, ada, outbox):
    edit(session, **next_week(session))
    joins(session, "Bela")

    assert send_settled(LATER) == 1

    assert kinds(outbox, "invitation_update") == ["ada@example.org"]


def test_a_change_of_the_video_link_is_told_to_nobody(session, ada, outbox):
    assert edit(session, join_url="https://video.example.org/other") == 0

    assert (waits(), updates(outbox)) == (None, [])


def test_other_things_saved_meanwhile_do_not_put_it_off(session, ada):
    edit(session, title="Achats durables")
    edit(session, now=NOW + MINUTE, join_url="https://video.example.org/other", abstract="Un mot")

    assert waits().due_at == LATER


def test_a_corrected_word_of_the_abstract_is_told_to_nobody(session, ada, outbox):
    assert edit(session, abstract="Un mot") == 0

    assert (waits(), updates(outbox)) == (None, [])


def test_new_texts_are_told_when_that_is_wanted_and_keep_the_answer(session, ada, outbox):
    invitation = db.session.scalars(select(Invitation)).one()
    invitation.partstat = PartStat.ACCEPTED
    db.session.commit()

    assert edit(session, abstract="Un mot", are_texts_told=True) == 1
    send_settled(LATER)

    [mail] = updates(outbox)
    assert (mail.sequence, mail.details["texts"]) == (1, True)
    assert (invitation.sequence, invitation.last_major) == (1, 0)
    assert invitation.partstat is PartStat.ACCEPTED


def test_a_move_forgets_the_answer(session, ada):
    invitation = db.session.scalars(select(Invitation)).one()
    invitation.partstat = PartStat.ACCEPTED
    edit(session, **next_week(session))
    send_settled(LATER)

    assert (invitation.last_major, invitation.partstat) == (1, PartStat.NEEDS_ACTION)


def test_a_place_nobody_goes_to_is_not_announced(session, ada):
    assert edit(session, place="Mairie") == 0


def test_an_update_is_told_once_whoever_sends_it(session, ada, outbox):
    edit(session, **next_week(session))

    told = [settling.send(session, by=BY, now=NOW), settling.send(session, now=NOW)]
    db.session.commit()
    told.append(send_settled(LATER))

    assert told == [1, 0, 0]
    assert len(updates(outbox)) == 1


def test_the_word_goes_along(session, ada, outbox):
    edit(session, **next_week(session))
    assert settling.keep_word(session, "Salle indisponible", are_texts_told=False, by=BY, now=NOW)
    db.session.commit()
    send_settled(LATER)

    assert updates(outbox)[0].details["word"] == "Salle indisponible"
    assert not settling.keep_word(session, "Trop tard", are_texts_told=False, by=BY, now=NOW)


def test_not_told_now_is_told_with_the_next_change(session, ada, outbox):
    old = Announced.of(session)
    edit(session, **next_week(session))
    assert settling.drop(session, by=BY, now=NOW)
    assert not settling.drop(session, by=BY, now=NOW)
    db.session.commit()
    assert send_settled(LATER) == 0

    edit(session, title="Achats durables", now=LATER)
    send_settled(LATER + 5 * MINUTE)

    [mail] = updates(outbox)
    assert mail.details["starts_at"] == old.starts_at.isoformat()
    assert mail.details["title"] == "Achats responsables"


def test_cancelling_drops_what_waits_and_leaves_at_once(session, ada, outbox):
    edit(session, **next_week(session))

    assert actions.cancel_session(session, by=BY, now=NOW) == 1
    db.session.commit()

    assert waits() is None
    assert send_settled(LATER) == 0
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
    session.cycle.state = CycleState.CLOSED

    assert edit(session, **next_week(session)) == 1
    assert actions.cancel_session(session, by=BY, now=NOW) == 1
    assert kinds(outbox, "invitation_cancelled") == ["ada@example.org"]


def test_nobody_invited_means_nothing_waits(session):
    assert edit(session, **next_week(session)) == 0
    assert waits() is None


def test_who_withdrew_meanwhile_hears_of_no_update(session, ada, outbox):
    edit(session, **next_week(session))
    actions.give_back(ada, live_registrations(ada.id), is_all=False, by=BY, now=NOW)
    db.session.commit()

    assert send_settled(LATER) == 0
    assert updates(outbox) == []


def test_the_journal_says_who_did_it(session, ada):
    edit(session, **next_week(session))
    edit(session, title="Achats durables")
    settling.keep_word(session, "Un mot", are_texts_told=False, by="Otto Weiss", now=NOW)
    db.session.commit()
    send_settled(LATER)
    edit(session, title="Achats", now=LATER)
    settling.drop(session, by="Otto Weiss", now=LATER)
    db.session.commit()

    entries = db.session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [(one.deed, one.actor, one.object) for one in entries] == [
        ("update prepared", BY, "Achats responsables"),
        ("update changed", "Otto Weiss", "Achats durables"),
        ("update sent", BY, "Achats durables"),
        ("update prepared", BY, "Achats"),
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

        assert actions.cancel_cycle(cycle, by=BY, word="Faute de moyens", now=NOW) == 3
        db.session.commit()
        assert actions.cancel_cycle(cycle, by=BY, now=NOW) == 0

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
        actions.cancel_cycle(session.cycle, by=BY, now=NOW)
        db.session.commit()

        assert actions.restore_session(session, by=BY, now=NOW) == 1
        assert session.cycle.cancelled_at is None
        assert len({mail.uid for mail in outbox() if mail.kind == "invitation"}) == 2


def test_a_held_session_is_read_anew(session, ada):
    """What another transaction settled meanwhile is not told again."""
    edit(session, **next_week(session))
    db.session.get(PendingUpdate, session.id)
    db.session.execute(PendingUpdate.__table__.delete())

    assert settling.find(session) is None
    assert db.session.get(Session, session.id) is session
