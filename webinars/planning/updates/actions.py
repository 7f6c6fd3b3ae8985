"""Changes of a session settle before people hear of them, and so does its cancellation: three edits make one message."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from webinars.actors import Actor
from webinars.cycles.models import Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.outbox.actions import hold_back, let_go
from webinars.planning.updates import overview
from webinars.planning.updates.models import PendingUpdate
from webinars.planning.updates.notification import (
    NotifiedCounts,
    invite_corrected,
    is_announced,
    tell_cancellation,
    tell_change,
    tell_restoration,
)
from webinars.registration import seats
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.queries import mail_names
from webinars.storage.extensions import db

URGENT = timedelta(hours=1)  # so short before a session nothing waits
HELD = timedelta(days=1)  # longer than any cancellation settles: its leaving or taking back ends it


def settle(
    session: Session,
    before: AnnouncedFacts,
    *,
    by: Actor,
    are_texts_told: bool,
    settle_seconds: int,
    now: datetime,
) -> NotifiedCounts:
    """Keeps what changed until it is told; says how many will hear of it, or have heard when nothing waits.

    The session is held. A change taken back before it was told is no change, except to those invited in between.
    What changes about a cancelled session is told with its restoring.
    """
    if session.is_cancelled:
        return NotifiedCounts()
    found = find(session)
    update = found or _new(session, before, now=now)
    update.by, update.tries = by, 0
    update.texts_at = now if are_texts_told else update.texts_at
    people = overview.people_told(session, update) if may_tell(session, now) else NotifiedCounts()
    if not people:
        forget(session)
        return people
    if found is None:
        db.session.add(update)
        note(Deed.UPDATE_PREPARED, session.cycle.organisation_id, session.subject, by=by, now=now)
    update.due_at = _due_at(update, session, settle_seconds=settle_seconds, now=now)
    db.session.flush()
    return send(session, now=now) if update.due_at <= now else people


def settle_cancellations(
    sessions: Sequence[Session], *, word: str, by: Actor, settle_seconds: int, now: datetime
) -> NotifiedCounts:
    """Keeps cancellations until they are told; says how many will hear of them, or have heard where nothing waits.

    The sessions are held, and cancelled already. Whatever else waits for their people to hear waits longer. What settles
    takes few statements, whatever the number of sessions and people.
    """
    found = _find_all(sessions)
    updates = [(one, found.get(one.id) or _new(one, AnnouncedFacts.of(one), now=now)) for one in sessions]
    for _session, update in updates:
        update.by, update.cancel_word = by, word
    people = overview.people_told_each(updates)
    _forget_all([session for session, _update in updates if not people[session.id]])
    waiting = [(session, update) for session, update in updates if people[session.id]]
    for session, update in waiting:
        update.due_at = _due_at(update, session, settle_seconds=settle_seconds, now=now)
        db.session.add(update)
    db.session.flush()
    _hold_mail_back(update for _session, update in waiting)
    at_once = {session.id for session, update in waiting if update.due_at <= now}
    told = (
        send(session, now=now) if session.id in at_once else people[session.id]
        for session, _update in waiting
    )
    return sum(told, NotifiedCounts())


def _hold_mail_back(updates: Iterable[PendingUpdate]) -> None:
    by_time: dict[datetime, list[int]] = defaultdict(list)
    for update in updates:
        by_time[update.due_at].append(update.session_id)
    for due_at, session_ids in by_time.items():
        hold_back(mail_names(session_ids), until=due_at + HELD)


def take_cancellation_back(
    session: Session, *, by: Actor, settle_seconds: int, now: datetime
) -> NotifiedCounts:
    """The session takes place again and is held; says how many hear of that: nobody while the cancellation settled."""
    update, told = find(session), NotifiedCounts()
    if update is not None:
        update.cancel_word = ""
        db.session.flush()
        let_go(mail_names([session.id]), now=now)
        invite_corrected(session, now=now)
    else:
        told = tell_restoration(session, session.cycle, now=now)
    before = AnnouncedFacts.from_text(update.said) if update else overview.known_otherwise(session)
    if before is not None:  # what changed beside it is still to be told
        settle(session, before, by=by, are_texts_told=False, settle_seconds=settle_seconds, now=now)
    return told


def send(session: Session, *, by: Actor | None = None, now: datetime) -> NotifiedCounts:
    """Tells what waits, once, whoever else is about to; says how many hear of it."""
    seats.hold([session.id])
    update = find(session)
    if update is None:
        return NotifiedCounts()
    db.session.expunge(update)
    forget(session)
    if session.is_cancelled:
        told = tell_cancellation(session, word=update.cancel_word, now=now)
        # what a worker has in hand leaves before its cancellation, if it comes back: that one would wait for it
        let_go(mail_names([session.id]), now=now)
    elif may_tell(session, now):
        told = tell_change(session, known=update.said, word=update.word, texts_at=update.texts_at, now=now)
    else:
        return NotifiedCounts()
    note(Deed.UPDATE_SENT, session.cycle.organisation_id, session.subject, by=by or update.by, now=now)
    return told


def keep_word(session: Session, word: str, *, are_texts_told: bool, by: Actor, now: datetime) -> bool:
    """Changes what goes along with the update that waits; says whether one still does."""
    seats.hold([session.id])
    update = find(session)
    if update is None:
        return False
    if session.is_cancelled:
        update.cancel_word = word
    else:
        update.word = word
        update.texts_at = (update.texts_at or now) if are_texts_told else None
    note(Deed.UPDATE_CHANGED, session.cycle.organisation_id, session.subject, by=by, now=now)
    db.session.flush()
    if not overview.people_told(session, update):
        forget(session)
    return True


def drop(session: Session, *, by: Actor, now: datetime) -> bool:
    """Tells nobody: calendars keep what they were told; says whether an update still waited.

    A cancellation is always told: it is taken back by letting the session take place.
    """
    seats.hold([session.id])
    if session.is_cancelled or find(session) is None:
        return False
    forget(session)
    note(Deed.UPDATE_DROPPED, session.cycle.organisation_id, session.subject, by=by, now=now)
    return True


def find(session: Session) -> PendingUpdate | None:
    """What waits for this session, as it stands now that the session is held."""
    return db.session.get(PendingUpdate, session.id, populate_existing=True)


def _find_all(sessions: Sequence[Session]) -> dict[int, PendingUpdate]:
    of_them = PendingUpdate.session_id.in_([session.id for session in sessions])
    found = db.session.scalars(
        select(PendingUpdate)
        .where(of_them)
        .order_by(PendingUpdate.session_id)
        .execution_options(populate_existing=True)
    )
    return {update.session_id: update for update in found}


def forget(session: Session) -> None:
    """Nothing waits any more."""
    _forget_all([session])


def _forget_all(sessions: Sequence[Session]) -> None:
    if sessions:
        of_them = PendingUpdate.session_id.in_([session.id for session in sessions])
        db.session.execute(delete(PendingUpdate).where(of_them))


def may_tell(session: Session, now: datetime) -> bool:
    """Whether the session is one that people still wait for."""
    return is_announced(session) and session.is_dated and not session.has_started(now)


def _new(session: Session, before: AnnouncedFacts, *, now: datetime) -> PendingUpdate:
    return PendingUpdate(session_id=session.id, said=before.text(), word="", cancel_word="", since=now)


def settled_at(session: Session, before: AnnouncedFacts, *, settle_seconds: int, now: datetime) -> datetime:
    """When something that keeps people from coming, or from coming then, leaves.

    Some minutes on, but no later than an hour before they would come.
    """
    starts = [at for at in (before.starts_at, session.starts_at) if at is not None and at > now]
    some_minutes_on = now + timedelta(seconds=settle_seconds)
    return max(now, min(some_minutes_on, min(starts, default=now) - URGENT))


def _due_at(update: PendingUpdate, session: Session, *, settle_seconds: int, now: datetime) -> datetime:
    before = AnnouncedFacts.from_text(update.said)
    change = before.change_to(session)
    if session.is_cancelled or (change is not None and change.is_major):
        return settled_at(session, before, settle_seconds=settle_seconds, now=now)
    return now + timedelta(seconds=settle_seconds)
