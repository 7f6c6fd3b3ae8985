"""What a deletion has to do by the clock."""

from datetime import datetime, timedelta

from config import Settings
from webinars.outbox.chores import do_each
from webinars.planning.deletion import actions, queries
from webinars.storage.database import only_reading
from webinars.storage.extensions import db


def delete_due(now: datetime, settings: Settings) -> int:
    """Deletes the cycles of which nothing waits to leave any more, each in a transaction of its own; says how many."""
    settles = timedelta(seconds=settings.settle_seconds)
    with only_reading():
        cycle_ids = queries.due(settles=settles, now=now)
        db.session.rollback()
    return do_each(
        cycle_ids,
        lambda number: actions.finish(number, settles=settles, now=now),
        failed=_nothing_to_say,
        trouble="cycle not deleted",
    )


def _nothing_to_say(_cycle_id: int) -> None:
    """It is tried again, and the page of the deletion shows that it has not gone."""
