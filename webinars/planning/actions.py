"""What organisers do to cycles and sessions; the lists around them are each replaced as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from webinars.accounts.slugs import RESERVED_INSIDE, free_slug
from webinars.actors import Actor
from webinars.attendance.conclusion import conclude_session
from webinars.cycles.errors import SessionIsOver
from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session, Theme
from webinars.cycles.queries import cycle_slugs, session_slugs, sessions_of
from webinars.cycles.states import CycleState
from webinars.journal.actions import forget_subjects, note, note_all
from webinars.journal.deeds import Deed
from webinars.journal.subjects import SubjectType
from webinars.outbox.queries import waiting_about
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.planning.contributors import settle_all, settle_contributors
from webinars.planning.errors import (
    DatesAreMissing,
    MovedIntoThePast,
    NoSession,
    PeopleAreInTheCycle,
    PeopleAreRegistered,
    SeatsAreTaken,
)
from webinars.planning.locks import hold_session
from webinars.planning.queries import has_people, has_registrations
from webinars.planning.session_changes import SessionChanges, parts_changed, write
from webinars.planning.updates import actions
from webinars.planning.updates.notification import NotifiedCounts, is_announced
from webinars.registration import seats
from webinars.registration.actions import enrol_whole_cycle, note_person, promote, withdraw_places
from webinars.registration.invites.actions import CANCELLATION
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registrant, Registration
from webinars.registration.seats import Seats
from webinars.registration.team import team_ids
from webinars.storage.extensions import db


def create_cycle(cycle: Cycle, *, by: Actor, now: datetime) -> Cycle:
    """Keeps a new draft under a name of its own."""
    taken = cycle_slugs(cycle.organisation_id)
    cycle.slug = free_slug(cycle.title, taken, reserved=RESERVED_INSIDE, otherwise="cycle")
    cycle.state, cycle.created_at = CycleState.DRAFT, now
    db.session.add(cycle)
    db.session.flush()
    note(Deed.CYCLE_CREATED, cycle.organisation_id, cycle.subject, by=by, now=now)
    return cycle


def add_session(cycle: Cycle, session: Session, *, by: Actor, now: datetime) -> Session:
    """Adds a session to the cycle; whoever took the whole cycle gets a place in it."""
    add_sessions(cycle, [(session, session.title)], now=now)
    note(Deed.SESSION_ADDED, cycle.organisation_id, session.subject, by=by, now=now)
    return session


def add_sessions(cycle: Cycle, named: Sequence[tuple[Session, str]], *, now: datetime) -> None:
    """The same for many, with few statements; each with the name its address is made from. Raises CycleBeingDeleted."""
    seats.hold_cycle(cycle)
    cycle.must_stay()
    taken = session_slugs(cycle.id)
    for session, name in named:
        session.slug = free_slug(name, taken, otherwise="session")
        taken.add(session.slug)
        session.cycle, session.revision = cycle, 1
        session.created_at = session.changed_at = now
        db.session.add(session)
    db.session.flush()
    enrol_whole_cycle(cycle, [session for session, _name in named], now=now)


def publish(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Shows the cycle to visitors; raises NoSession, DatesAreMissing, WrongTransition."""
    seats.hold_cycle(cycle)
    sessions = [session for session in sessions_of(cycle) if not session.is_cancelled]
    if not sessions:
        raise NoSession
    undated = [session.title for session in sessions if not session.is_dated]
    if undated:
        raise DatesAreMissing(undated)
    cycle.publish(now=now)
    note(Deed.CYCLE_PUBLISHED, cycle.organisation_id, cycle.subject, by=by, now=now)
    settle_all(sessions, by=by, now=now)
    enrol_whole_cycle(cycle, sessions, now=now)


def unpublish(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Takes the cycle back to draft; raises PeopleAreInTheCycle, WrongTransition."""
    seats.hold_cycle(cycle)
    if has_people(cycle):
        raise PeopleAreInTheCycle
    cycle.unpublish()
    note(Deed.CYCLE_UNPUBLISHED, cycle.organisation_id, cycle.subject, by=by, now=now)


def close(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Ends sign-up; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.close(now=now)
    note(Deed.CYCLE_CLOSED, cycle.organisation_id, cycle.subject, by=by, now=now)


def reopen(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Takes sign-ups again for what is still to come; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.publish(now=now)
    note(Deed.CYCLE_REOPENED, cycle.organisation_id, cycle.subject, by=by, now=now)
    enrol_whole_cycle(cycle, sessions_of(cycle), now=now)


def archive(cycle: Cycle, *, by: Actor, now: datetime) -> None:
    """Takes a closed cycle out of the working lists; raises WrongTransition."""
    seats.hold_cycle(cycle)
    cycle.archive()
    note(Deed.CYCLE_ARCHIVED, cycle.organisation_id, cycle.subject, by=by, now=now)


def edit_session(
    session: Session,
    changes: SessionChanges,
    *,
    by: Actor,
    are_texts_told: bool = False,
    settle_seconds: int,
    now: datetime,
) -> NotifiedCounts:
    """Changes the session and whatever follows from it, as one edit; says how many will hear of it.

    Attendance is concluded again when the team is another, seats that are new go to those who wait.
    Raises EndsBeforeStart, MovedIntoThePast, SeatsAreTaken, CycleBeingDeleted.
    """
    if not hold_session(session) or not (changes or are_texts_told):
        return NotifiedCounts()
    session.cycle.must_stay()
    before, capacity, parts = AnnouncedFacts.of(session), session.capacity, parts_changed(session, changes)
    write(session, changes, now=now)
    _set_lists(session, changes, by=by, now=now)
    told = _settle_change(
        session, before, by=by, are_texts_told=are_texts_told, settle_seconds=settle_seconds, now=now
    )
    session.count_edit(parts, by=by, now=now)
    note(Deed.SESSION_CHANGED, session.cycle.organisation_id, session.subject, by=by, now=now)
    if session.capacity != capacity:
        _give_seats(session, session.capacity, by=by, now=now)
    settle_contributors(session, by=by, now=now)
    return told


def _set_lists(session: Session, changes: SessionChanges, *, by: Actor, now: datetime) -> None:
    if "resources" in changes:
        set_resources(session, changes["resources"])
    if "people" in changes:
        team = team_ids(session)
        set_people(session, changes["people"])
        if team_ids(session) != team and session.is_dated:
            conclude_session(session, by=by, now=now)


def _settle_change(
    session: Session,
    before: AnnouncedFacts,
    *,
    by: Actor,
    are_texts_told: bool,
    settle_seconds: int,
    now: datetime,
) -> NotifiedCounts:
    """Prepares an update when date, hour, place, format or title changed; says how many will hear of it.

    What people read beside that (abstract, speakers) is told only when that is asked for; the video link never.
    Raises MovedIntoThePast when people wait for a session that would be over.
    """
    change = before.change_to(session)
    if change is None:
        session.changed_at = now
    elif change.is_move and session.is_over(now) and _was_coming(before, now) and _has_seats_taken(session):
        raise MovedIntoThePast
    elif not change.is_move:
        session.count_revision(now=now)
    db.session.flush()
    if change is None and not are_texts_told:
        return NotifiedCounts()
    told = actions.settle(
        session, before, by=by, are_texts_told=are_texts_told, settle_seconds=settle_seconds, now=now
    )
    if change is not None and change.is_move:
        enrol_whole_cycle(session.cycle, [session], now=now)
    return told


def cancel_session(
    session: Session, *, by: Actor, settle_seconds: int, now: datetime, word: str = ""
) -> NotifiedCounts:
    """Cancels the session, and tells everybody once that has settled; says how many. Raises SessionIsOver."""
    hold_session(session)
    return cancel_sessions([session], by=by, settle_seconds=settle_seconds, now=now, word=word)


def cancel_sessions(
    sessions: Sequence[Session], *, by: Actor, settle_seconds: int, now: datetime, word: str = ""
) -> NotifiedCounts:
    """The same for many of one cycle that are held, with few statements; those that are cancelled already are passed over."""
    to_come = [session for session in sessions if not session.is_cancelled]
    if not to_come:
        return NotifiedCounts()
    announced = [session for session in to_come if is_announced(session)]
    for session in to_come:
        session.cancel(now=now)
    db.session.flush()
    about = [session.subject for session in to_come]
    note_all(Deed.SESSION_CANCELLED, to_come[0].cycle.organisation_id, about, by=by, now=now)
    return actions.settle_cancellations(announced, word=word, by=by, settle_seconds=settle_seconds, now=now)


def cancel_cycle(
    cycle: Cycle, *, by: Actor, settle_seconds: int, now: datetime, word: str = ""
) -> NotifiedCounts:
    """Cancels every session to come and ends sign-up; says how many messages will leave. Idempotent.

    Raises WrongTransition for a draft and for what was put away.
    """
    seats.hold_cycle(cycle)
    db.session.refresh(cycle, ["cancelled_at"])
    if cycle.cancelled_at is not None:
        return NotifiedCounts()  # somebody else did so meanwhile
    cycle.cancel(now=now)
    note(Deed.CYCLE_CANCELLED, cycle.organisation_id, cycle.subject, by=by, now=now)
    return cancel_all(cycle, by=by, settle_seconds=settle_seconds, now=now, word=word)


def cancel_all(
    cycle: Cycle, *, by: Actor, settle_seconds: int, now: datetime, word: str = ""
) -> NotifiedCounts:
    """Cancels every session of a cycle that is held and not over; says how many messages will leave."""
    coming = [session for session in seats.hold_sessions_of(cycle.id) if not session.is_over(now)]
    return cancel_sessions(coming, by=by, settle_seconds=settle_seconds, now=now, word=word)


def restore_session(session: Session, *, by: Actor, settle_seconds: int, now: datetime) -> NotifiedCounts:
    """Takes the cancellation back; says how many hear of it: those whom it had reached.

    Raises SessionIsOver, CycleBeingDeleted.
    """
    cycle = session.cycle
    hold_session(session)
    if not session.is_cancelled:
        return NotifiedCounts()
    cycle.must_stay()
    session.restore(now=now)
    cycle.cancelled_at = None
    db.session.flush()
    note(Deed.SESSION_RESTORED, cycle.organisation_id, session.subject, by=by, now=now)
    if not is_announced(session):
        return NotifiedCounts()
    promote(session, now=now)  # somebody may have withdrawn meanwhile
    told = actions.take_cancellation_back(session, by=by, settle_seconds=settle_seconds, now=now)
    settle_contributors(session, by=by, now=now)
    enrol_whole_cycle(cycle, [session], now=now)
    return told


def enlarge(session: Session, *, capacity: int | None, by: Actor, now: datetime) -> list[Registration]:
    """Changes the number of seats and gives the new ones to those who wait; says to whom.

    Raises SeatsAreTaken below the seats taken.
    """
    hold_session(session)
    promoted = _give_seats(session, capacity, by=by, now=now)
    session.count_edit(["capacity"], by=by, now=now)
    return promoted


def _give_seats(session: Session, capacity: int | None, *, by: Actor, now: datetime) -> list[Registration]:
    taken = seats.seats_taken([session.id])[session.id]
    if Seats(capacity, taken).is_overdrawn:
        raise SeatsAreTaken(taken)
    session.capacity = capacity
    db.session.flush()
    note(Deed.SEATS_CHANGED, session.cycle.organisation_id, session.subject, by=by, now=now)
    return promote(session, now=now) if seats.passes_on_new(session) else []


def remove_session(session: Session, *, by: Actor, now: datetime) -> None:
    """Takes a session out of the programme for good; raises PeopleAreRegistered once somebody signed up."""
    if not hold_session(session):
        return  # somebody else took it out
    if has_registrations(session):
        raise PeopleAreRegistered
    if session.is_over(now) and session.cycle.is_public:
        raise SessionIsOver
    note(Deed.SESSION_REMOVED, session.cycle.organisation_id, session.subject, by=by, now=now)
    forget_subjects(SubjectType.SESSION, [session.id])
    db.session.delete(session)


def give_back(
    registrant: Registrant, registrations: Sequence[Registration], *, is_all: bool, by: Actor, now: datetime
) -> int:
    """Gives places back for somebody and passes them on; `is_all` ends the wish to follow the whole cycle.

    Says of how many a message tells them: nothing leaves about what no calendar has, nor to an address that returns mail.
    Raises SessionHasStarted.
    """
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    seats.share_cycle(cycle)
    withdraw_places(registrations, by=by, now=now)
    if is_all:
        registrant.whole_cycle = False
    note_person(Deed.REGISTRATIONS_WITHDRAWN, registrant, cycle, by=by, now=now)
    if is_marked(registrant.email or ""):
        return 0
    return waiting_about(CANCELLATION, [one.id for one in registrations])


def _was_coming(before: AnnouncedFacts, now: datetime) -> bool:
    return before.ends_at is not None and before.ends_at > now


def _has_seats_taken(session: Session) -> bool:
    return seats.seats_taken([session.id])[session.id] > 0


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
