"""What can be asked about waiting mail."""

from datetime import datetime

from sqlalchemy import func, select

from webinars.extensions import db
from webinars.outbox.models import Email, State


def oldest_due_at(*, now: datetime) -> datetime | None:
    """Since when the mail that has waited longest could have left; None when nothing waits."""
    return db.session.scalar(
        select(func.min(Email.not_before)).where(Email.state == State.QUEUED, Email.not_before <= now)
    )
