"""What can be asked about counts."""

from datetime import datetime

from webinars.limits.models import Limit, Tally
from webinars.storage.extensions import db


def tally_of(limit: Limit, subject: str, *, now: datetime) -> Tally | None:
    """What was counted for this subject in the present window."""
    return db.session.get(Tally, (limit.key(subject), limit.window_at(now)), populate_existing=True)
