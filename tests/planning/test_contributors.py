"""Speakers and team who are invited: their calendars, their answers, and what they never are: counted."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning import deeds
from tests.planning.test_actions import Outbox, joins, left, next_week
from tests.planning.typed import WORKSPACE
from tests.registration.conftest import written
from webinars.cycles.models import Contributor, Session
from webinars.cycles.states import ContributorKind, CycleState
from webinars.invitations.models import Invitation, PartStat
from webinars.outbox.models import Email
from webinars.planning import actions
from webinars.planning.contributors import answers_of
from webinars.planning.updates import actions as updates
from webinars.registration import links, queries, seats
from webinars.registration.actions import take, withdraw
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

ZOE: dict[str, Any] = {"name": "Zoé Müller", "email": "zoe@speaks.example.org", "is_invited": True}
TEAM = {"kind": ContributorKind.TEAM}
HERE = f"{WORKSPACE}/sessions/achats-responsables"


def named(session: Session, *people: dict[str, Any], **changes: Any) -> None:
    """One edit of the programme, and its commit."""
    deeds.edit_session(session, by=NADIA, now=NOW, people=[Contributor(**one) for one in people], **changes)
    db.session.commit()


def place() -> Registration:
    return db.session.scalars(db.select(Registration).order_by(Registration.id.desc())).first()


def sent(outbox: Outbox) -> list[tuple[str, str]]:
    return [(mail.kind, mail.recipient) for mail in outbox() if mail.state != "dropped"]


def calendar(mail: Email) -> str:
    """The lines of the calendar a mail carries, unfolded."""
    [part] = [one for one in written(mail).walk() if one.get_content_type() == "text/calendar"]
    return str(part.get_content()).replace("\r\n ", "").replace("\n ", "")


def test_whoever_is_ticked_is_invited_once(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)
    named(session, ZOE, title="Achats durables")

    assert sent(outbox)[0] == ("invitation", ZOE["email"])
    assert [kind for kind, _to in sent(outbox)].count("invitation") == 1


def test_an_address_alone_invites_nobody(session: Session, outbox: Outbox) -> None:
    named(session, ZOE | {"is_invited": False})

    assert outbox() == []


@pytest.mark.parametrize(("kind", "role"), [("speaker", "REQ-PARTICIPANT"), ("team", "CHAIR")])
def test_the_calendar_says_what_they_do(session: Session, outbox: Outbox, kind: str, role: str) -> None:
    named(session, ZOE | {"kind": ContributorKind(kind)})

    [mail] = outbox()
    assert f"ROLE={role};PARTSTAT=NEEDS-ACTION;RSVP=TRUE" in calendar(mail)
    assert mail.sequence == 0


def test_the_invitation_says_who_gave_the_address_and_why(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)

    words = str(written(outbox()[0]).get_body(("plain",)).get_content())
    name = session.cycle.organisation.name
    assert f"{name} vous invite à intervenir et nous a communiqué votre adresse à cette fin." in words
    assert "place est confirmée" not in words


def test_of_a_draft_nobody_hears_before_it_is_published(session: Session, outbox: Outbox) -> None:
    session.cycle.state, session.cycle.published_at = CycleState.DRAFT, None
    named(session, ZOE)
    assert outbox() == []

    actions.publish(session.cycle, by=NADIA, now=NOW)

    assert sent(outbox) == [("invitation", ZOE["email"])]


def test_they_are_told_of_changes_and_of_the_cancellation(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)
    left(outbox)

    deeds.edit_session(session, now=NOW, **next_week(session))
    deeds.cancel_session(session, by=NADIA, now=NOW)

    told = updates.send(session, now=NOW)

    assert (told.people, told.contributing, told.seated) == (1, 1, 0)
    assert sent(outbox)[-1] == ("invitation_cancelled", ZOE["email"])
    assert "METHOD:CANCEL" in calendar(outbox()[-1])


@pytest.mark.parametrize("people", [(), (ZOE | {"is_invited": False},)])
def test_whoever_is_not_ticked_any_more_is_told_so(
    session: Session, outbox: Outbox, people: tuple[dict[str, Any], ...]
) -> None:
    named(session, ZOE)
    left(outbox)

    named(session, *people)

    last = outbox()[-1]
    assert (last.kind, last.uid, last.sequence) == ("invitation_cancelled", outbox()[0].uid, 1)
    assert "Vous n’êtes plus invité·e" in str(written(last).get_body(("plain",)).get_content())


def test_what_never_left_is_not_taken_back(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)
    named(session)

    assert sent(outbox) == []


def test_they_take_no_seat(session: Session) -> None:
    session.capacity = 1
    named(session, ZOE)

    assert seats.seats_taken([session.id]) == {session.id: 0}
    joins(session, "Ada")
    assert place().state == "confirmed"


def test_whoever_is_registered_keeps_the_uid_and_frees_the_seat(session: Session, outbox: Outbox) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")
    left(outbox)
    uid = db.session.scalars(db.select(Invitation.uid)).one()

    named(session, ZOE | TEAM | {"name": "Ada Martin", "email": "Ada@Example.org"})

    update, promoted = outbox()[-2:]
    assert (update.kind, update.uid, update.sequence) == ("invitation_update", uid, 1)
    assert "ROLE=CHAIR" in calendar(update)
    assert (promoted.kind, promoted.recipient) == ("invitation", "bela@example.org")
    assert db.session.query(Registrant).count() == 2


def test_whoever_waited_waits_no_more(session: Session, outbox: Outbox) -> None:
    session.capacity = 1
    joins(session, "Ada")
    joins(session, "Bela")
    left(outbox)

    named(session, ZOE | {"name": "Bela Martin", "email": "bela@example.org"})

    assert sent(outbox)[-1] == ("invitation", "bela@example.org")
    assert (place().state, place().contributes_as) == ("confirmed", ContributorKind.SPEAKER)


def test_another_role_is_told_by_an_update(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)
    left(outbox)
    db.session.scalars(db.select(Invitation)).one().partstat = PartStat.ACCEPTED

    named(session, ZOE | TEAM)

    last = outbox()[-1]
    assert (last.kind, last.sequence) == ("invitation_update", 1)
    assert "ROLE=CHAIR;PARTSTAT=ACCEPTED;RSVP=FALSE" in calendar(last)


def test_whoever_declined_is_not_asked_again_and_may_come_back(session: Session, outbox: Outbox) -> None:
    named(session, ZOE)
    left(outbox)
    withdraw(place(), now=NOW)
    db.session.commit()

    named(session, ZOE, title="Achats durables")
    assert [kind for kind, _to in sent(outbox)] == ["invitation", "invitation_cancelled"]
    assert answers_of(session)[ZOE["email"]][1] == "bad"

    take(db.session.scalars(db.select(Registrant)).one(), session, now=NOW)
    assert place().contributes_as is ContributorKind.SPEAKER
    assert seats.seats_taken([session.id]) == {session.id: 0}


def test_nobody_counts_them(session: Session) -> None:
    named(session, ZOE)

    assert queries.people_counts([session.cycle_id]) == {session.cycle_id: 0}


def test_their_answer_stands_beside_their_name(desk: FlaskClient, session: Session) -> None:
    named(session, ZOE)
    db.session.scalars(db.select(Invitation)).one().partstat = PartStat.ACCEPTED
    db.session.commit()

    page = read(desk.get(f"{HERE}?lang=en"))
    assert page.ticked.get("contributors-0-is_invited")
    assert "Invitation: accepted" in page.plain


def test_their_page_lets_them_decline(client: FlaskClient, session: Session) -> None:
    named(session, ZOE)
    person = db.session.scalars(db.select(Registrant)).one()

    page = read(client.get(f"/me/{links.me_token(person)}?lang=en"))

    assert "You speak" in page.plain
    assert page.link("Decline… from “Achats responsables”")
