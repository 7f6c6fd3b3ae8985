"""What can be asked about waiting mail."""

from datetime import datetime

from sqlalchemy import func, select

from webinars.extensions import db
from webinars.outbox.models import Email, Pause, State, is_in


def oldest_due_at(*, now: datetime) -> datetime | None:
    """Since when the mail that has waited longest could have left; None when nothing waits."""
    return db.session.scalar(
        select(func.min(Email.not_before)).where(is_in(State.QUEUED), Email.not_before <= now)
    )


def counts() -> dict[State, int]:
    """How many mails are in each state, in the order of a mail's life."""
    found = dict(db.session.execute(select(Email.state, func.count()).group_by(Email.state)).all())
    return {state: found.get(state, 0) for state in State}


def pause_in_force() -> Pause | None:
    """The pause, while mail is held back."""
    return db.session.get(Pause, Pause.ONLY)
