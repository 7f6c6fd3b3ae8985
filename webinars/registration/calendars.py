"""What the calendars of those who registered are told: invited, updated, cancelled; one message each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from webinars.cycles.models import Cycle, Session
from webinars.extensions import db
from webinars.invitations import actions as invitations
from webinars.outbox.actions import Row, drop_unsent, queue, queue_all, release, row
from webinars.registration import queries
from webinars.registration.changes import Change
from webinars.registration.models import Registrant, Registration

CANCELLATION = "invitation_cancelled"


def begin(
    places: Sequence[tuple[int, Registrant]], cycle: Cycle, *, now: datetime
) -> list[invitations.Begun]:
    """A calendar object of its own for each place (session, registrant), in their order."""
    attendees = [
        invitations.Attendee(session_id, reachable(registrant), registrant.name)
        for session_id, registrant in places
    ]
    return invitations.begin(attendees, organizer_name=cycle.title, now=now)


def invite(
    registrations: Sequence[Registration], cycle: Cycle, *, now: datetime, from_waitlist: bool = False
) -> None:
    """Gives each registration a calendar object of its own and queues its invitation.

    The registrations are kept already and come with their registrants.
    """
    places = [(registration.session_id, registration.registrant) for registration in registrations]
    begun = begin(places, cycle, now=now)
    for registration, invitation in zip(registrations, begun, strict=True):
        registration.invitation_id = invitation.id
        db.session.expire(registration, ["invitation"])
    queue_all(
        [
            invitation_row(
                invitation,
                registration.id,
                registration.registrant,
                cycle,
                now=now,
                details={"from_waitlist": from_waitlist},
            )
            for registration, invitation in zip(registrations, begun, strict=True)
        ]
    )


def invitation_row(
    invitation: invitations.Begun,
    registration_id: int,
    registrant: Registrant,
    cycle: Cycle,
    *,
    now: datetime,
    details: Row | None = None,
    withheld: bool = False,
) -> Row:
    """The mail that carries a calendar object for the first time."""
    return row(
        "invitation",
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registration_id,
        purpose=f"invitation:{invitation.id}:0",
        now=now,
        cycle_id=cycle.id,
        details=details,
        uid=invitation.uid,
        sequence=0,
        message_id=invitation.message_id,
        withheld=withheld,
    )


def send_update(
    session: Session,
    registrations: Iterable[Registration],
    *,
    what_changed: Change,
    now: datetime,
    not_before: datetime | None = None,
) -> int:
    """Queues one update for each registration that was invited; says how many.

    The registrations come with their registrants and invitations (`queries.invited_to`).
    """
    told = 0
    for registration in registrations:
        invitation = registration.invitation
        if invitation is None or invitation.cancelled_at is not None or session.has_started(now):
            continue
        version = invitations.next_version(invitation, is_major=what_changed.is_major)
        details = what_changed.to_details()
        _queue(
            "invitation_update",
            registration,
            session.cycle_id,
            version,
            details=details,
            now=now,
            not_before=not_before,
        )
        told += 1
    return told


def send_cancellation(
    session: Session,
    registrations: Iterable[Registration],
    *,
    now: datetime,
    word: str = "",
    not_before: datetime | None = None,
) -> int:
    """Tells each invited registration that the session will not take place; says how many.

    The registrations stay as they are; if the session is restored, `invite` gives them new objects.
    """
    if session.is_over(now):
        return 0
    details = {"reason": "session", "word": word}
    told = [
        withdraw_invitation(registration, session.cycle_id, now=now, details=details, not_before=not_before)
        for registration in registrations
    ]
    return told.count(True)


def withdraw_invitation(
    registration: Registration,
    cycle_id: int,
    *,
    now: datetime,
    details: dict[str, Any],
    not_before: datetime | None = None,
    kind: str = CANCELLATION,
) -> bool:
    """Ends the registration's calendar object; says whether a message tells so.

    An invitation that has not left is dropped, and then there is nothing to take back.
    """
    invitation = registration.invitation
    if invitation is None or invitation.cancelled_at is not None:
        return False
    invitations.end(invitation, now=now)
    if drop_unsent(invitation.uid):
        return False
    version = invitations.next_version(invitation, is_major=False)
    _queue(
        kind,
        registration,
        cycle_id,
        version,
        details=details,
        now=now,
        not_before=not_before,
    )
    return True


def release_withheld(registrant: Registrant, *, now: datetime) -> int:
    """Sends the invitations that were held back while too many sign-ups came; says how many."""
    return release(queries.live_uids(registrant.id), now=now)


def _queue(
    kind: str,
    registration: Registration,
    cycle_id: int,
    version: invitations.Version,
    *,
    details: dict[str, Any],
    now: datetime,
    not_before: datetime | None,
) -> None:
    queue(
        kind,
        recipient=reachable(registration.registrant),
        language=registration.registrant.language,
        about_id=registration.id,
        purpose=f"{kind}:{registration.invitation_id}:{version.sequence}",
        now=now,
        cycle_id=cycle_id,
        details=details | {"previous": version.previous_message_id},
        uid=version.uid,
        sequence=version.sequence,
        not_before=not_before,
        message_id=version.message_id,
    )


def reachable(registrant: Registrant) -> str:
    """The registrant's address; raises ValueError for a walk-in who left none."""
    if registrant.email is None:
        raise ValueError("a registrant without an address gets no mail")
    return registrant.email
