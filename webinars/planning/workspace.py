"""What the tabs of a cycle's workspace say, on every page of it."""

from sqlalchemy import select

from webinars.cycles.models import Cycle, Session
from webinars.extensions import db
from webinars.planning.queries import people_counts, review_counts


def workspace(cycle: Cycle) -> dict[str, int]:
    """The counts beside the tabs: people, and lines of reports that wait for a decision."""
    sessions = db.session.scalars(
        select(Session.id).where(Session.cycle_id == cycle.id).order_by(Session.id)
    ).all()
    return {
        "people_count": people_counts([cycle.id]).get(cycle.id, 0),
        "to_review": sum(review_counts(sessions).values()),
    }
