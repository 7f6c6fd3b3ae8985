"""Changes settle, are told once, and only to those whose calendar says something else."""

from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning.settled import LATER, MINUTE, ada, edit, send_settled, updates, waits
from tests.planning.test_actions import joins, kinds, left, next_week
from webinars.cycles.states import Format
from webinars.invitations.models import Invitation, PartStat
from webinars.planning.updates import actions
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.storage.extensions import db

__all__ = ["ada"]


def test_three_edits_make_one_update_with_the_first_values(session, ada, outbox):
    old = AnnouncedFacts.of(session)
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

    told = [actions.send(session, by=NADIA, now=NOW).people, actions.send(session, now=NOW).people]
    db.session.commit()
    told.append(send_settled(LATER))

    assert told == [1, 0, 0]
    assert len(updates(outbox)) == 1


def test_the_word_goes_along(session, ada, outbox):
    edit(session, **next_week(session))
    assert actions.keep_word(session, "Salle indisponible", are_texts_told=False, by=NADIA, now=NOW)
    db.session.commit()
    send_settled(LATER)

    assert updates(outbox)[0].details["word"] == "Salle indisponible"
    assert not actions.keep_word(session, "Trop tard", are_texts_told=False, by=NADIA, now=NOW)


def test_not_told_now_is_told_with_the_next_change(session, ada, outbox):
    old = AnnouncedFacts.of(session)
    edit(session, **next_week(session))
    assert actions.drop(session, by=NADIA, now=NOW)
    assert not actions.drop(session, by=NADIA, now=NOW)
    db.session.commit()
    assert send_settled(LATER) == 0

    edit(session, title="Achats durables", now=LATER)
    send_settled(LATER + 5 * MINUTE)

    [mail] = updates(outbox)
    assert mail.details["starts_at"] == old.starts_at.isoformat()
    assert mail.details["title"] == "Achats responsables"
