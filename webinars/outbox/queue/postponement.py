"""Mail that a clock which was ahead has put off: it is due when the clock is right again, not hours later."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update

from config import Settings
from webinars import clock
from webinars.outbox.models import Email, MailState, Urgency, is_in
from webinars.outbox.queue.attempt import THEN
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

A_DAY = timedelta(days=1)


def bring_back(now: datetime, settings: Settings) -> int:
    """Makes such mail due, what was withheld within a day; says how many. What was sent stays as it is."""
    soon = now + clock.MOMENT
    longest = max(THEN, timedelta(seconds=settings.settle_seconds))  # a mail waits for no more than that
    overlong = or_(Email.not_before > soon + longest, Email.created_at > soon, Email.attempted_at > soon)
    # classes are named for the index, which begins with them
    later = and_(is_in(MailState.QUEUED), Email.urgency.in_(list(Urgency)), Email.not_before > now)
    queued = and_(later, overlong)
    withheld = and_(is_in(MailState.WITHHELD), Email.not_before > now + 2 * A_DAY)
    with only_reading():
        furthest = db.session.scalars(
            select(func.max(Email.not_before))
            .where(queued)
            .union_all(select(func.max(Email.not_before)).where(withheld))
        ).all()
        db.session.rollback()
    if not any(furthest):
        return 0
    clock.say_ahead("mail", until=max(filter(None, furthest)), now=now)
    return _due(queued, now, now) + _due(withheld, now + A_DAY, now)


def _due(which: ColumnElement[bool], at: datetime, now: datetime) -> int:
    present = literal(now, Email.created_at.type)  # it was made and tried before, not later
    brought = (
        update(Email)
        .where(which)
        .values(
            not_before=at,
            created_at=case((Email.created_at > now, present), else_=Email.created_at),
            attempted_at=case((Email.attempted_at > now, present), else_=Email.attempted_at),
        )
    )
    return int(db.session.execute(brought).rowcount)  # type: ignore[attr-defined]
