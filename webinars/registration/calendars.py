"""What the calendars of those who registered are told: invited, updated, cancelled; one message each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from webinars.cycles.models import Cycle, Session
from webinars.extensions import db
from webinars.invitations import actions as invitations
from webinars.outbox.actions import Row, drop_unsent, queue_all, release, row
from webinars.registration import queries
from webinars.registration.announced import Announced
from webinars.registration.changes import Change, Occasion
from webinars.registration.models import Registrant, Registration

CANCELLATION = "invitation_cancelled"


def begin(
    places: Sequence[tuple[int, Registrant]], cycle: Cycle, *, now: datetime
) -> list[invitations.Begun]:
    """A calendar object of its own for each place (session, registrant), in their order.

    The sessions are held, so that what their invitations say of them is what is so.
    """
    ids = {session_id for session_id, _ in places}
    held = {id_: db.session.get_one(Session, id_) for id_ in sorted(ids)}
    said = {id_: Announced.of(session).text() for id_, session in held.items()}
    attendees = [
        invitations.Attendee(session_id, reachable(registrant), registrant.name, said[session_id])
        for session_id, registrant in places
    ]
    return invitations.begin(attendees, organizer_name=cycle.title, now=now)


def invite(
    registrations: Sequence[Registration],
    cycle: Cycle,
    *,
    now: datetime,
    occasion: Occasion = Occasion.SIGNED_UP,
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
                details={"occasion": occasion},
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
        details={**(details or {}), "said": invitation.said},
        uid=invitation.uid,
        sequence=0,
        message_id=invitation.message_id,
    )


def send_update(
    session: Session,
    registrations: Iterable[Registration],
    *,
    what_changed: Change,
    now: datetime,
) -> int:
    """Queues one update for each registration that was invited, with few statements; says how many.

    The registrations come with their registrants and invitations (`queries.invited_to`). A session that has
    started sends nothing.
    """
    if session.has_started(now):
        return 0
    said, details = Announced.of(session).text(), what_changed.to_details()
    rows = []
    for registration in registrations:
        invitation = registration.invitation
        if invitation is None or invitation.cancelled_at is not None:
            continue
        version = invitations.next_version(invitation, is_major=what_changed.is_major, said=said)
        rows.append(
            _row(
                "invitation_update",
                registration,
                session.cycle_id,
                version,
                details=details,
                now=now,
            )
        )
    queue_all(rows)
    return len(rows)


def send_cancellation(
    session: Session,
    registrations: Iterable[Registration],
    *,
    now: datetime,
    word: str = "",
) -> int:
    """Tells each invited registration that the session will not take place; says how many.

    The registrations stay as they are; if the session is restored, `invite` gives them new objects.
    """
    if session.is_over(now):
        return 0
    details = {"reason": "session", "word": word}
    return withdraw_invitations(registrations, session.cycle_id, now=now, details=details)


def withdraw_invitations(
    registrations: Iterable[Registration],
    cycle_id: int,
    *,
    now: datetime,
    details: dict[str, Any],
    kind: str = CANCELLATION,
) -> int:
    """Ends the registrations' calendar objects; says how many messages tell so.

    An invitation that has not left is dropped, and then there is nothing to take back.
    """
    live = [
        (registration, registration.invitation)
        for registration in registrations
        if registration.invitation is not None and registration.invitation.cancelled_at is None
    ]
    left = drop_unsent([invitation.uid for _, invitation in live])
    rows = []
    for registration, invitation in live:
        invitations.end(invitation, now=now)
        if invitation.uid in left:
            # what it was last told stands in its calendar, whatever it would have been told next
            said = left[invitation.uid].get("said", invitation.said)
            version = invitations.next_version(invitation, is_major=False, said=said)
            rows.append(_row(kind, registration, cycle_id, version, details=details, now=now))
    queue_all(rows)
    return len(rows)


def release_withheld(registrant: Registrant, *, now: datetime) -> int:
    """Sends the invitations that were held back while too many sign-ups came; says how many."""
    return release(queries.coming_uids(registrant.id, now=now), now=now)


def _row(
    kind: str,
    registration: Registration,
    cycle_id: int,
    version: invitations.Version,
    *,
    details: dict[str, Any],
    now: datetime,
) -> Row:
    return row(
        kind,
        recipient=reachable(registration.registrant),
        language=registration.registrant.language,
        about_id=registration.id,
        purpose=f"{kind}:{registration.invitation_id}:{version.sequence}",
        now=now,
        cycle_id=cycle_id,
        details=details | {"previous": version.previous_message_id, "said": version.said},
        uid=version.uid,
        sequence=version.sequence,
        message_id=version.message_id,
    )


def reachable(registrant: Registrant) -> str:
    """The registrant's address; raises ValueError for a walk-in who left none."""
    if registrant.email is None:
        raise ValueError("a registrant without an address gets no mail")
    return registrant.email
