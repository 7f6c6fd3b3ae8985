"""What can happen to one calendar object: it begins, it is changed, it ends."""

from dataclasses import dataclass
from datetime import datetime

from webinars.invitations.message import new_message_id, new_uid
from webinars.invitations.models import Invitation, PartStat
from webinars.invitations.organizer import organizer_address, organizer_domain


@dataclass(frozen=True, slots=True)
class Version:
    """The identity of one message about an invitation, frozen before the message is written."""

    uid: str
    sequence: int
    message_id: str
    previous_message_id: str


def new_invitation(
    session_id: int, *, attendee: str, attendee_name: str, organizer_name: str, now: datetime
) -> Invitation:
    """A calendar object with an identity of its own; not yet added to the database session."""
    domain = organizer_domain()
    message_id = new_message_id(domain)
    return Invitation(
        session_id=session_id,
        uid=new_uid(domain),
        organizer=organizer_address(),
        organizer_name=organizer_name[:200],
        attendee=attendee,
        attendee_name=attendee_name[:200],
        sequence=0,
        last_major=0,
        first_message_id=message_id,
        last_message_id=message_id,
        partstat=PartStat.NEEDS_ACTION,
        created_at=now,
    )


def next_version(invitation: Invitation, *, is_major: bool) -> Version:
    """The next number of the object and the identity of the message that carries it.

    A major change (date, time, place) forgets what the attendee's calendar had answered.
    """
    previous = invitation.last_message_id
    invitation.sequence += 1
    invitation.last_message_id = new_message_id(organizer_domain())
    if is_major:
        invitation.last_major = invitation.sequence
        invitation.partstat = PartStat.NEEDS_ACTION
    return Version(invitation.uid, invitation.sequence, invitation.last_message_id, previous)


def end(invitation: Invitation, *, now: datetime) -> None:
    """The object is over: it stands for no place any more."""
    invitation.cancelled_at = now
