"""What can be asked about counts."""

from datetime import datetime

from sqlalchemy import select

from webinars.limits.limit import Limit
from webinars.limits.models import Tally
from webinars.storage.extensions import db


def tally_of(limit: Limit, subject: str, *, now: datetime) -> Tally | None:
    """What was counted for this subject in the present window."""
    return db.session.get(Tally, (limit.key(subject), limit.window_at(now)), populate_existing=True)


def count_of(limit: Limit, subject: str, *, now: datetime) -> int:
    """How many were counted for this subject in the present window."""
    return (
        db.session.scalar(
            select(Tally.count).where(Tally.key == limit.key(subject), Tally.window == limit.window_at(now))
        )
        or 0
    )
