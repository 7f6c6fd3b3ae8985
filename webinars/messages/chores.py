"""What messages need from time to time."""

from datetime import datetime

from webinars.extensions import db
from webinars.messages import actions, queries


def send_due(now: datetime) -> int:
    """Queues the mails of scheduled messages whose time has come; closes those that have left. Says how many moved."""
    moved = 0
    for message in queries.due(now=now):
        moved += actions.send_scheduled(message, now=now)
        db.session.commit()  # each for itself: whatever becomes of the next, these leave
    return moved + actions.close_finished()
