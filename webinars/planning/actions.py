"""What organisers do to cycles and sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from webinars.cycles.errors import SessionIsOver
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_slugs, session_slugs, sessions_of
from webinars.cycles.slugs import free_slug
from webinars.cycles.states import CycleState
from webinars.cycles.surroundings import Contributor, Partner, Resource, Theme
from webinars.extensions import db
from webinars.journal.actions import note
from webinars.planning.errors import (
    DatesAreMissing,
    MovedIntoThePast,
    NoSession,
    PeopleAreInTheCycle,
    PeopleAreRegistered,
    SeatsAreTaken,
)
from webinars.planning.holding import hold_session
from webinars.planning.queries import has_people, has_registrations
from webinars.planning.telling import (
    Announced,
    is_announced,
    tell_cancellation,
    tell_change,
    tell_restoration,
)
from webinars.registration import seats
from webinars.registration.actions import promote, withdraw
from webinars.registration.models import Registrant, Registration
from webinars.registration.whole_cycle import enrol_whole_cycle


def create_cycle(cycle: Cycle, *, by: str, now: datetime) -> Cycle:
    """Keeps a new draft under a name of its own."""
    cycle.slug = free_slug(cycle.title, cycle_slugs(cycle.organisation_id), otherwise="cycle")
    cycle.state, cycle.created_at = CycleState.DRAFT, now
    db.session.add(cycle)
    db.session.flush()
    _note("cycle created", cycle, by=by, now=now)
    return cycle


def add_session(cycle: Cycle, session: Session, *, now: datetime, name: str | None = None) -> Session:
    """Adds a session to the cycle; whoever took the whole cycle gets a place in it."""
    seats.hold_cycle(cycle)
    session.slug = free_slug(name or session.title, session_slugs(cycle.id), otherwise="session")
    session.cycle, session.revision = cycle, 1
    session.created_at = session.changed_at = now
    db.session.add(session)
    db.session.flush()
    enrol_whole_cycle(cycle, [session], now=now)
    return session


def publish(cycle: Cycle, *, by: str, now: datetime) -> None:
    """Shows the cycle to visitors; raises NoSession, DatesAreMissing, WrongTransition."""
    seats.hold_cycle(cycle)
    sessions = [session for session in sessions_of(cycle) if not session.is_cancelled]
    if not sessions:
        raise NoSession
    undated = [session.title for session in sessions if not session.is_dated]
    if undated:
        raise DatesAreMissing(undated)
    cycle.publish(now=now)
    _note("cycle published", cycle, by=by, now=now)
    enrol_whole_cycle(cycle, sessions, now=now)


def unpublish(cycle: Cycle, *, by: str, now: datetime) -> None:
    """Takes the cycle back to draft; raises PeopleAreInTheCycle, WrongTransition."""
    seats.hold_cycle(cycle)
    if has_people(cycle):
        raise PeopleAreInTheCycle
    cycle.unpublish()
    _note("cycle unpublished", cycle, by=by, now=now)


def close(cycle: Cycle, *, by: str, now: datetime) -> None:
    """Ends sign-up; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.close(now=now)
    _note("cycle closed", cycle, by=by, now=now)


def reopen(cycle: Cycle, *, by: str, now: datetime) -> None:
    """Takes sign-ups again for what is still to come; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.publish(now=now)
    _note("cycle reopened", cycle, by=by, now=now)
    enrol_whole_cycle(cycle, sessions_of(cycle), now=now)


def archive(cycle: Cycle, *, by: str, now: datetime) -> None:
    """Takes a closed cycle out of the working lists; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.archive()
    _note("cycle archived", cycle, by=by, now=now)


def session_changed(session: Session, before: Announced, *, now: datetime) -> int:
    """Tells everybody invited when date, hour, place, format or title changed; says how many are told.

    The session was held before it changed (`hold_session`). Raises MovedIntoThePast when people wait for a session that would be over. What the session's own
    page alone shows changes without a message.
    """
    change = before.change_to(session)
    if change is None:
        session.changed_at = now
        return 0
    if change.is_move and session.is_over(now) and _was_coming(before, now) and _has_seats_taken(session):
        raise MovedIntoThePast
    if not change.is_move:
        session.mark_changed(now=now)
    db.session.flush()
    told = tell_change(session, before, now=now)
    if change.is_move:
        enrol_whole_cycle(session.cycle, [session], now=now)
    return told


def move_session(session: Session, *, starts_at: datetime, ends_at: datetime, now: datetime) -> int:
    """Moves the session and sends updated invitations; says how many."""
    hold_session(session)
    before = Announced.of(session)
    session.move(starts_at=starts_at, ends_at=ends_at, now=now)
    return session_changed(session, before, now=now)


def cancel_session(session: Session, *, by: str, now: datetime, word: str = "") -> int:
    """Cancels the session and takes it out of calendars; says of how many. Raises SessionIsOver."""
    hold_session(session)
    if session.is_cancelled:
        return 0
    was_announced = is_announced(session)
    session.cancel(now=now)
    db.session.flush()
    _note("session cancelled", session.cycle, by=by, now=now, about=session.title)
    return tell_cancellation(session, now=now, word=word) if was_announced else 0


def restore_session(session: Session, *, by: str, now: datetime) -> int:
    """Takes the cancellation back and invites anew; says how many. Raises SessionIsOver."""
    hold_session(session)
    if not session.is_cancelled:
        return 0
    session.restore(now=now)
    db.session.flush()
    _note("session restored", session.cycle, by=by, now=now, about=session.title)
    if not is_announced(session):
        return 0
    told = tell_restoration(session, session.cycle, now=now)
    enrol_whole_cycle(session.cycle, [session], now=now)
    return told


def enlarge(session: Session, *, capacity: int | None, now: datetime) -> list[Registration]:
    """Changes the number of seats and gives the new ones to those who wait; says to whom.

    Raises SeatsAreTaken below the seats taken.
    """
    held = seats.hold([session.id])[0]
    taken = seats.seats_taken([held.id])[held.id]
    if capacity is not None and capacity < taken:
        raise SeatsAreTaken(taken)
    held.capacity = capacity
    db.session.flush()
    return promote(held, now=now) if held.cycle_id and _is_published(held) else []


def remove_session(session: Session, *, by: str, now: datetime) -> None:
    """Takes a session out of the programme for good; raises PeopleAreRegistered once somebody signed up."""
    if not hold_session(session):
        return  # somebody else took it out
    if has_registrations(session):
        raise PeopleAreRegistered
    if session.is_over(now) and session.cycle.is_public:
        raise SessionIsOver
    _note("session removed", session.cycle, by=by, now=now, about=session.title)
    db.session.delete(session)


def give_back(
    registrant: Registrant, registrations: Sequence[Registration], *, is_all: bool, by: str, now: datetime
) -> None:
    """Gives places back for somebody and passes them on; `is_all` ends the wish to follow the whole cycle.

    Raises SessionHasStarted.
    """
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    seats.share_cycle(cycle)
    for registration in sorted(registrations, key=lambda one: one.session_id):
        withdraw(registration, by=by, now=now)
    if is_all:
        registrant.whole_cycle = False
    _note("registrations withdrawn", cycle, by=by, now=now)


def set_people(session: Session, people: Sequence[Contributor]) -> None:
    """Replaces speakers and team."""
    db.session.execute(delete(Contributor).where(Contributor.session_id == session.id))
    for one in people:
        one.session_id = session.id
    db.session.add_all(people)


def set_resources(session: Session, resources: Sequence[Resource]) -> None:
    """Replaces what remains of the session."""
    db.session.execute(delete(Resource).where(Resource.session_id == session.id))
    for one in resources:
        one.session_id, one.cycle_id = session.id, session.cycle_id
    db.session.add_all(resources)


def set_partners(cycle: Cycle, partners: Sequence[Partner]) -> None:
    """Replaces the organisations named on the cycle's page."""
    db.session.execute(delete(Partner).where(Partner.cycle_id == cycle.id))
    for one in partners:
        one.cycle_id = cycle.id
    db.session.add_all(partners)


def set_themes(cycle: Cycle, names: Sequence[str]) -> None:
    """Replaces the words the cycle can be found by; a word said twice is kept once."""
    db.session.execute(delete(Theme).where(Theme.cycle_id == cycle.id))
    for position, name in enumerate(dict.fromkeys(names)):
        db.session.add(Theme(cycle_id=cycle.id, position=position, name=name[:80]))


def _was_coming(before: Announced, now: datetime) -> bool:
    return before.ends_at is not None and before.ends_at > now


def _has_seats_taken(session: Session) -> bool:
    return seats.seats_taken([session.id])[session.id] > 0


def _is_published(session: Session) -> bool:
    state = db.session.scalar(select(Cycle.state).where(Cycle.id == session.cycle_id))
    return state is CycleState.PUBLISHED


def _note(deed: str, cycle: Cycle, *, by: str, now: datetime, about: str | None = None) -> None:
    note(deed, actor=by, about=about or cycle.title, organisation_id=cycle.organisation_id, now=now)
