"""What can happen to a place: given, given back, passed on, corrected."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, select

from webinars.actors import Actor
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.outbox.actions import drop_silenceable, drop_unsent, queue_all, queue_new
from webinars.outbox.models import Row, row
from webinars.registration import queries, seats
from webinars.registration.errors import SessionHasStarted, SessionNotOpen
from webinars.registration.identity import Identity
from webinars.registration.invites.actions import (
    CANCELLATION,
    invite,
    withdraw_invitations,
)
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.invites.changes import AnnouncedFacts, InvitationOccasion
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.seats import SeatOutcome, give
from webinars.storage.extensions import db


def take(registrant: Registrant, session: Session, *, now: datetime) -> Registration:
    """The registrant's place in one more session, or the wait for one; what was held already stays.

    Raises SessionNotOpen when the session takes nobody now.
    """
    cycle = _cycle_of(session)
    seats.share_cycle(cycle)
    held = _held(session)
    db.session.refresh(registrant, ["email", "email_key"])  # an address may have been corrected meanwhile
    existing = queries.live_registration(registrant.id, held.id)
    if existing is not None:
        return existing
    if not _is_open(held, cycle, now=now):
        raise SessionNotOpen
    registration = _place(registrant, held, now=now)
    is_invited = registration.said is None
    db.session.add(registration)
    db.session.flush()
    if is_invited:
        invite([registration], cycle, now=now)
    return registration


def _place(registrant: Registrant, session: Session, *, now: datetime) -> Registration:
    """What somebody gets in a session that is held; without words of it where an invitation says them."""
    contributes_as = queries.contribution(registrant, session)
    outcome = RegistrationState.CONFIRMED if contributes_as else seats.outcomes([session])[session.id]
    is_seated = outcome is RegistrationState.CONFIRMED
    is_invited = is_seated and not session.has_started(now)
    return Registration(
        registrant=registrant,
        session_id=session.id,
        state=outcome,
        contributes_as=contributes_as,
        created_at=now,
        confirmed_at=now if is_seated else None,
        said=None if is_invited else AnnouncedFacts.of(session).text(),
    )


def _is_open(session: Session, cycle: Cycle, *, now: datetime) -> bool:
    is_open = cycle.state is CycleState.PUBLISHED and session.takes_registrations(now)
    return is_open and not seats.without_room([session], now=now)


def withdraw(
    registration: Registration,
    *,
    by: Actor | None = None,
    now: datetime,
    reason: str | None = None,
    told_by: str = CANCELLATION,
) -> list[Registration]:
    """Gives the place back and passes it on at once; says who got one. Idempotent.

    Its holder does so, unless `by` says which organiser.
    The mail of kind `told_by` takes it out of the calendar. Raises SessionHasStarted from the session's start on.
    """
    return withdraw_places([registration], by=by, now=now, reason=reason, told_by=told_by)


def withdraw_places(
    registrations: Sequence[Registration],
    *,
    by: Actor | None = None,
    now: datetime,
    reason: str | None = None,
    told_by: str = CANCELLATION,
) -> list[Registration]:
    """The same for several of one cycle, with few statements. Raises SessionHasStarted for none or all."""
    held = seats.hold(registration.session_id for registration in registrations)
    if any(session.has_started(now) for session in held):
        raise SessionHasStarted
    queries.reload(registrations)
    return _withdraw(registrations, held, by=by, now=now, reason=reason, told_by=told_by)


def withdraw_from_all(
    registrant: Registrant, *, by: Actor | None = None, now: datetime
) -> list[Registration]:
    """Gives back every place that can be, and the intent to follow the whole cycle; says which places."""
    # the cycle first: no session may be added to it, with a place for them, while they leave
    seats.share_cycle(db.session.get_one(Cycle, registrant.cycle_id))
    ids = [registration.session_id for registration in queries.live_registrations(registrant.id)]
    held = {session.id: session for session in seats.hold(ids) if not session.has_started(now)}
    registrant.whole_cycle = False
    given_back = [
        registration
        for registration in queries.live_registrations(registrant.id)
        if registration.session_id in held
    ]
    queries.reload(given_back)
    _withdraw(given_back, list(held.values()), by=by, now=now)
    return given_back


def promote(session: Session, *, now: datetime) -> list[Registration]:
    """Gives the free places to those who wait, first come first, with their invitations; says to whom."""
    return _promote(_held(session), now=now)


def prove(registrant: Registrant, *, now: datetime) -> None:
    """Keeps when the address first proved to be read by whoever owns it: by a button, or a calendar's answer."""
    registrant.proved_at = registrant.proved_at or now


def mute(registrant: Registrant, *, now: datetime) -> None:
    """No reminder, announcement or survey of the cycle any more, from those that wait to leave on."""
    registrant.muted_at = registrant.muted_at or now
    if registrant.email:
        drop_silenceable(registrant.cycle_id, registrant.email)


def unmute(registrant: Registrant, *, now: datetime) -> None:
    """Reminders and announcements reach the person again."""
    registrant.muted_at, registrant.changed_at = None, now


def correct(registrant: Registrant, identity: Identity, *, now: datetime) -> None:
    """Replaces what the registrant said about themselves; the address stays."""
    for name, value in identity.values().items():
        setattr(registrant, name, value)
    registrant.changed_at = now


def note_person(deed: Deed, registrant: Registrant, cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Keeps in the journal what an organiser did about one person of the cycle, without their name."""
    note(deed, cycle.organisation_id, cycle.subject, by=by, now=now, detail=registrant.public_id)


def _withdraw(
    registrations: Sequence[Registration],
    sessions: Sequence[Session],
    *,
    by: Actor | None,
    now: datetime,
    reason: str | None = None,
    told_by: str = CANCELLATION,
) -> list[Registration]:
    """Gives back those that stand, and passes them on; says who got one. The sessions are theirs, and held."""
    live = [registration for registration in registrations if registration.is_live]
    if not live:
        return []
    for registration in live:
        registration.cancel(by=by, now=now, reason=reason)
    details = {"reason": live[0].canceller}
    withdraw_invitations(live, sessions[0].cycle_id, now=now, details=details, kind=told_by)
    db.session.flush()
    return _pass_on(sessions, now=now)


def _pass_on(sessions: Sequence[Session], *, now: datetime) -> list[Registration]:
    """Gives the free places of sessions that are held to those who wait; asks no more where nobody does."""
    waited_for = seats.seats_and_waiting(sessions)
    return [
        promoted
        for session in sessions
        if waited_for[session.id].waiting
        for promoted in _promote(session, now=now)
    ]


def _promote(session: Session, *, now: datetime) -> list[Registration]:
    promoted = seats.next_waiting(session, now=now)
    if not promoted:
        return []
    drop_unsent([registration.thread for registration in promoted])  # they wait no more
    for registration in promoted:
        registration.confirm(now=now)
    invite(promoted, _cycle_of(session), now=now, occasion=InvitationOccasion.SEAT_FREED)
    return promoted


def _held(session: Session) -> Session:
    return seats.hold([session.id])[0]


def _cycle_of(session: Session) -> Cycle:
    return db.session.get_one(Cycle, session.cycle_id)


AT_ONCE = 1_000  # what one statement carries


def enrol_whole_cycle(cycle: Cycle, sessions: Iterable[Session], *, now: datetime) -> int:
    """Gives those who follow the whole cycle their places in these sessions; says how many were given.

    The caller holds the cycle (`seats.hold_cycle`): nobody begins or ends to follow it meanwhile.
    """
    if cycle.state is not CycleState.PUBLISHED:
        return 0
    held = [one for one in seats.hold(session.id for session in sessions) if one.is_to_come(now)]
    if not held:
        return 0
    _pass_on(held, now=now)  # those who wait come first
    places = list(seats.allot(held, _wanted(cycle, held)))
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        queue_all(give(some, cycle, details={"occasion": InvitationOccasion.FOLLOWED}, now=now))
        queue_new([_told_to_wait(place, cycle, now=now) for place in some if _waits(place)])
    return len(places)


def _waits(place: SeatOutcome) -> bool:
    return place.state is RegistrationState.WAITLISTED


def _told_to_wait(place: SeatOutcome, cycle: Cycle, *, now: datetime) -> Row:
    session = db.session.get_one(Session, place.session_id)
    return row(
        "waiting",
        recipient=reachable(place.registrant),
        language=place.registrant.language,
        about_id=place.registrant.id,
        purpose=f"waiting:{place.registrant.id}:{session.id}",
        now=now,
        cycle_id=cycle.id,
        details={"session_id": session.id},
        not_after=session.starts_at,
    )


def _wanted(cycle: Cycle, sessions: Sequence[Session]) -> Sequence[tuple[int, Registrant]]:
    """Who is to have which session: by session, then first come first."""
    has_held_it = exists().where(
        Registration.registrant_id == Registrant.id, Registration.session_id == Session.id
    )
    rows = db.session.execute(
        select(Session.id, Registrant)
        .join(Registrant, Registrant.cycle_id == Session.cycle_id)
        .where(
            Session.id.in_([session.id for session in sessions]),
            Registrant.cycle_id == cycle.id,
            Registrant.whole_cycle.is_(True),
            Registrant.email.is_not(None),
            ~has_held_it,
        )
        .order_by(Session.id, Registrant.id)
    )
    return [(session_id, registrant) for session_id, registrant in rows]
