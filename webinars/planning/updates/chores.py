"""What planning has to do by the clock."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from config import Settings
from webinars import clock
from webinars.cycles.models import Session
from webinars.outbox.chores import TRIES, do_each
from webinars.planning.updates import actions
from webinars.planning.updates.models import PendingUpdate
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration import seats
from webinars.storage.database import only_reading
from webinars.storage.extensions import db


def send_settled(now: datetime, settings: Settings) -> int:
    """Tells every change that has settled, each in a transaction of its own; says how many people hear of one.

    One that failed so many times waits for an organiser.
    """
    # what is due later was put off by a clock that was ahead
    latest = now + timedelta(seconds=settings.settle_seconds) + clock.MOMENT
    due = (
        select(PendingUpdate.session_id)
        .where(or_(PendingUpdate.due_at <= now, PendingUpdate.due_at > latest), PendingUpdate.tries < TRIES)
        .order_by(PendingUpdate.due_at, PendingUpdate.session_id)
    )
    with only_reading():
        session_ids = db.session.scalars(due).all()
        db.session.rollback()
    return do_each(
        session_ids,
        lambda number: _send(number, latest=latest, now=now).people,
        failed=_failed,
        trouble="update not sent",
    )


def _send(session_id: int, *, latest: datetime, now: datetime) -> NotifiedCounts:
    session = db.session.get(Session, session_id)
    if session is None:
        return NotifiedCounts()
    seats.hold([session_id])
    update = actions.find(session)
    # an edit may have come in between, and moved it on
    if update is None or now < update.due_at <= latest:
        return NotifiedCounts()
    if update.due_at > now:
        clock.say_ahead("updates", until=update.due_at, now=now)
    return actions.send(session, now=now)


def _failed(session_id: int) -> None:
    tried = update(PendingUpdate).where(PendingUpdate.session_id == session_id)
    db.session.execute(tried.values(tries=PendingUpdate.tries + 1))
