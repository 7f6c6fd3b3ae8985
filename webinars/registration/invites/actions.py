"""What the calendars of those who registered are told: invited, updated, cancelled; one message each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from webinars.cycles.models import Cycle, Session
from webinars.invitations import actions as invitations
from webinars.outbox.actions import drop_unsent, queue_all, release
from webinars.outbox.models import Row, row
from webinars.outbox.queries import withheld_among
from webinars.registration import queries
from webinars.registration.invites import calendar_objects, news
from webinars.registration.invites.changes import AnnouncedFacts, Change, InvitationOccasion
from webinars.registration.invites.news import News
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

CANCELLATION = "invitation_cancelled"


def invite(
    registrations: Sequence[Registration],
    cycle: Cycle,
    *,
    now: datetime,
    occasion: InvitationOccasion = InvitationOccasion.SIGNED_UP,
    heard: Collection[str] = (),
) -> list[Registration]:
    """Puts each registration into its owner's calendar; says who is sent a message.

    The object a registration had before stands again where it may (`openings`). They are kept already and come
    with their registrants and, unless they are new, with their invitations. Of a session that is restored only
    those are told so whose calendar was, or whose thread is among those who `heard` of its cancellation.
    """
    rows = invitation_rows(registrations, cycle, now=now, occasion=occasion, heard=heard)
    queue_all(rows)
    told = {row["about_id"] for row in rows}
    return [registration for registration in registrations if registration.id in told]


def invitation_rows(
    registrations: Sequence[Registration],
    cycle: Cycle,
    *,
    now: datetime,
    occasion: InvitationOccasion = InvitationOccasion.SIGNED_UP,
    heard: Collection[str] = (),
) -> list[Row]:
    """The same, and gives the rows of the invitations, which are not queued: the caller does that."""
    opened = _open(registrations, cycle, comes_back=occasion is not InvitationOccasion.RESTORED, now=now)
    pairs = list(zip(registrations, opened, strict=True))
    for registration, opening in pairs:
        registration.invitation_id = opening.invitation_id
        db.session.expire(registration, ["invitation"])
    return [
        calendar_objects.opening_row(
            opening,
            registration.id,
            registration.registrant,
            cycle,
            now=now,
            details={"occasion": _occasion(occasion, opening, registration.thread in heard)},
        )
        for registration, opening in pairs
        if opening.kind
    ]


def _open(
    registrations: Sequence[Registration], cycle: Cycle, *, comes_back: bool, now: datetime
) -> list[calendar_objects.Opening]:
    new = [(one.session_id, one.registrant_id) for one in registrations if one.invitation_id is None]
    formers = queries.former_invitations(new)
    places = [
        calendar_objects.CalendarPlace(
            one.session_id,
            one.registrant,
            formers.get((one.session_id, one.registrant_id)) if one.invitation_id is None else one.invitation,
        )
        for one in registrations
    ]
    opened = calendar_objects.open_calendars(places, cycle, comes_back=comes_back, now=now)
    queries.let_invitations_go(one.id for one in formers.values())
    return opened


def _occasion(
    occasion: InvitationOccasion, opening: calendar_objects.Opening, has_heard: bool
) -> InvitationOccasion:
    is_news = has_heard or opening.kind == calendar_objects.RESTORED
    return (
        occasion if is_news or occasion is not InvitationOccasion.RESTORED else InvitationOccasion.SIGNED_UP
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
    said, details = AnnouncedFacts.of(session).text(), what_changed.to_details()
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
    registrations: Sequence[Registration],
    *,
    now: datetime,
    word: str = "",
) -> list[Registration]:
    """Tells each invited registration that the session will not take place; says which.

    Whose invitation never left is told by a mail without a calendar, unless that invitation was withheld. The
    registrations stay as they are; if the session is restored, `invite` lets their objects stand again.
    """
    live = [
        one for one in registrations if one.invitation is not None and one.invitation.cancelled_at is None
    ]
    withheld = withheld_among(one.invitation.uid for one in live if one.invitation)
    details = {"reason": "session", "word": word}
    unheard = withdraw_invitations(live, session.cycle_id, now=now, details=details)
    told = [one for one in unheard if one.invitation and one.invitation.uid not in withheld]
    news.tell(told, session, News.CANCELLED, word=word, now=now)
    return [one for one in live if one not in unheard] + told


def withdraw_invitations(
    registrations: Iterable[Registration],
    cycle_id: int,
    *,
    now: datetime,
    details: dict[str, Any],
    kind: str = CANCELLATION,
) -> list[Registration]:
    """Ends the registrations' calendar objects, and tells those who have the entry; says who has not.

    An invitation that has not left is dropped, and then there is nothing to take back; nor where the last message
    that left was a cancellation.
    """
    all_of_them = list(registrations)
    live = [
        (registration, registration.invitation)
        for registration in all_of_them
        if registration.invitation is not None and registration.invitation.cancelled_at is None
    ]
    threads = [registration.thread for registration in all_of_them]
    left = drop_unsent([*threads, *(invitation.uid for _, invitation in live)])
    rows, unheard = [], []
    for registration, invitation in live:
        invitations.end(invitation, now=now)
        last = left.get(invitation.uid)
        if last is None:
            unheard.append(registration)
        elif last.kind not in calendar_objects.ENDINGS:
            # what it was last told stands in its calendar, whatever it would have been told next
            invitation.last_message_id = last.message_id
            said = last.details.get("said", invitation.said)
            version = invitations.next_version(invitation, is_major=False, said=said)
            rows.append(_row(kind, registration, cycle_id, version, details=details, now=now))
    queue_all(rows)
    return unheard


def release_withheld(registrant: Registrant, *, now: datetime) -> int:
    """Sends the invitations that were held back while too many sign-ups came; says how many."""
    return release(queries.coming_uids(registrant.id, now=now), now=now)


def _row(
    kind: str,
    registration: Registration,
    cycle_id: int,
    version: invitations.ObjectVersion,
    *,
    details: dict[str, Any],
    now: datetime,
) -> Row:
    return row(
        kind,
        recipient=calendar_objects.reachable(registration.registrant),
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
