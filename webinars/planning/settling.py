"""Changes of a session settle before people hear of them: three edits make one message."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete

from config import Settings
from webinars.cycles.models import Cycle, Session
from webinars.extensions import db
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.planning import pending
from webinars.planning.models import PendingUpdate
from webinars.planning.telling import is_announced, tell_change
from webinars.registration import seats
from webinars.registration.announced import Announced

URGENT = timedelta(hours=1)  # so short before a session nothing waits


def settle(session: Session, before: Announced, *, by: str, are_texts_told: bool, now: datetime) -> int:
    """Keeps what changed until it is told; says how many will hear of it, or have heard when nothing waits.

    The session is held. A change taken back before it was told is no change, except to those invited in between.
    """
    found = find(session)
    update = found or PendingUpdate(session_id=session.id, said=before.text(), word="", since=now)
    update.by, update.tries = by[:120], 0
    update.texts_at = now if are_texts_told else update.texts_at
    people = pending.people_told(session, update) if may_tell(session, now) else 0
    if not people:
        forget(session)
        return 0
    if found is None:
        db.session.add(update)
        _note(Deed.UPDATE_PREPARED, session, by=by, now=now)
    update.due_at = _due_at(update, session, now)
    db.session.flush()
    return send(session, now=now) if update.due_at <= now else people


def send(session: Session, *, by: str | None = None, now: datetime) -> int:
    """Tells what waits, once, whoever else is about to; says how many hear of it."""
    seats.hold([session.id])
    update = find(session)
    if update is None:
        return 0
    word, texts_at, by = update.word, update.texts_at, by or update.by
    forget(session)
    if not may_tell(session, now):
        return 0
    told = tell_change(session, word=word, texts_at=texts_at, now=now)
    _note(Deed.UPDATE_SENT, session, by=by, now=now)
    return told


def keep_word(session: Session, word: str, *, are_texts_told: bool, by: str, now: datetime) -> bool:
    """Changes what goes along with the update that waits; says whether one still does."""
    seats.hold([session.id])
    update = find(session)
    if update is None:
        return False
    update.word = word
    update.texts_at = (update.texts_at or now) if are_texts_told else None
    _note(Deed.UPDATE_CHANGED, session, by=by, now=now)
    db.session.flush()
    if not pending.people_told(session, update):
        forget(session)
    return True


def drop(session: Session, *, by: str, now: datetime) -> bool:
    """Tells nobody: calendars keep what they were told; says whether an update still waited."""
    seats.hold([session.id])
    if find(session) is None:
        return False
    forget(session)
    _note(Deed.UPDATE_DROPPED, session, by=by, now=now)
    return True


def find(session: Session) -> PendingUpdate | None:
    """What waits for this session, as it stands now that the session is held."""
    return db.session.get(PendingUpdate, session.id, populate_existing=True)


def forget(session: Session) -> None:
    """Nothing waits any more."""
    db.session.execute(delete(PendingUpdate).where(PendingUpdate.session_id == session.id))


def may_tell(session: Session, now: datetime) -> bool:
    """Whether the session is one that people still wait for."""
    return is_announced(session) and session.is_dated and not session.has_started(now)


def _due_at(update: PendingUpdate, session: Session, now: datetime) -> datetime:
    settings: Settings = current_app.config["SETTINGS"]
    before = Announced.from_text(update.said)
    change = before.change_to(session)
    starts = [at for at in (before.starts_at, session.starts_at) if at is not None and at > now]
    if change is not None and change.is_major and min(starts, default=now) - now < URGENT:
        return now
    return now + timedelta(seconds=settings.settle_seconds)


def _note(deed: Deed, session: Session, *, by: str, now: datetime) -> None:
    cycle = db.session.get_one(Cycle, session.cycle_id)
    note(deed, actor=by, about=session.title, organisation_id=cycle.organisation_id, now=now)
