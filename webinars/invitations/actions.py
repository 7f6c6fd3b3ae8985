"""What can happen to a calendar object: it begins, it is changed, it ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update

from webinars.invitations.models import Invitation, InvitationAnswer, PartStat
from webinars.outbox.identity import drawn, mail_domain, mail_from, new_message_id
from webinars.storage.extensions import db
from webinars.storage.transactions import run
from webinars.words.mail_addresses import wire_domain

UID_SIGNS = 43  # 128 random bits among them
_KEEP = insert(Invitation.__table__).returning(Invitation.uid, Invitation.id)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is invited to what."""

    session_id: int
    address: str
    name: str
    said: str  # of the session


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A new calendar object: its row, its UID and the identity of its first message."""

    id: int
    uid: str
    message_id: str
    said: str


@dataclass(frozen=True, slots=True)
class ObjectVersion:
    """The identity of one further message about an invitation, frozen before the message is written."""

    uid: str
    sequence: int
    message_id: str
    previous_message_id: str
    said: str


def new_uid(domain: str) -> str:
    """An identity for a calendar object that nobody can guess."""
    return f"{drawn(UID_SIGNS)}@{wire_domain(domain)}"


def begin(attendees: Sequence[Attendee], *, organizer_name: str, now: datetime) -> list[NewInvitation]:
    """One calendar object for each attendee, in their order, with one statement however many they are."""
    if not attendees:
        return []
    domain = mail_domain()
    identities = [(new_uid(domain), new_message_id(domain)) for _ in attendees]
    shared = _beginning(organizer_name, now=now)
    rows = [
        {
            "session_id": attendee.session_id,
            "attendee": attendee.address,
            "attendee_name": attendee.name[:200],
            "said": attendee.said,
            "uid": uid,
            "first_message_id": message_id,
            "last_message_id": message_id,
            **shared,
        }
        for attendee, (uid, message_id) in zip(attendees, identities, strict=True)
    ]
    ids = dict(run(_KEEP, rows).all())
    return [
        NewInvitation(ids[uid], uid, message_id, attendee.said)
        for attendee, (uid, message_id) in zip(attendees, identities, strict=True)
    ]


def _beginning(organizer_name: str, *, now: datetime) -> dict[str, object]:
    return {
        "organizer": mail_from(),
        "organizer_name": organizer_name[:200],
        "sequence": 0,
        "last_major": 0,
        "partstat": PartStat.NEEDS_ACTION,
        "created_at": now,
    }


def next_version(invitation: Invitation, *, is_major: bool, said: str | None = None) -> ObjectVersion:
    """The next number of the object and the identity of the message that carries it.

    A major change (date, time, place) forgets what the attendee's calendar had answered. What is said of
    the session stays as it was unless it is given.
    """
    previous = invitation.last_message_id
    invitation.sequence += 1
    invitation.last_message_id = new_message_id(mail_domain())
    if said is not None:
        invitation.said = said
    if is_major:
        invitation.last_major = invitation.sequence
        invitation.partstat = PartStat.NEEDS_ACTION
    return ObjectVersion(
        invitation.uid, invitation.sequence, invitation.last_message_id, previous, invitation.said
    )


def end(invitation: Invitation, *, now: datetime) -> None:
    """The object is over: it stands for no place any more."""
    invitation.cancelled_at = now


def stand_again(invitation: Invitation, *, said: str, last_message_id: str) -> None:
    """Nothing was taken back after all: the object stands as the last message that left made it."""
    invitation.cancelled_at = None
    invitation.said, invitation.last_message_id = said, last_message_id


def restore(invitation: Invitation, *, is_major: bool, said: str, now: datetime) -> ObjectVersion:
    """The object stands for a place again, under its own UID; what was answered before counts no more."""
    version = next_version(invitation, is_major=is_major, said=said)
    invitation.cancelled_at, invitation.partstat = None, PartStat.NEEDS_ACTION
    # answers are stamped to the second
    invitation.restored_at, invitation.restored_sequence = now.replace(microsecond=0), version.sequence
    return version


def forget_answers(invitation_ids: Collection[int]) -> None:
    """The answers to these objects are history."""
    if invitation_ids:
        db.session.execute(
            update(InvitationAnswer)
            .where(InvitationAnswer.invitation_id.in_(invitation_ids))
            .values(is_former=True)
            .execution_options(synchronize_session=False)
        )
