"""What a deletion has to do by the clock."""

from datetime import datetime, timedelta

from config import Settings
from webinars.outbox.chores import do_each
from webinars.planning.deletion import actions, queries
from webinars.storage.database import only_reading
from webinars.storage.extensions import db
from webinars.storage.pictures import remove_pictures, stored_before

KEPT = timedelta(days=8)


def delete_due(now: datetime, settings: Settings) -> int:
    """Deletes the cycles of which nothing waits to leave any more, each in a transaction of its own; says how many."""
    settles = timedelta(seconds=settings.settle_seconds)
    with only_reading():
        cycle_ids = queries.due(settles=settles, now=now)
        db.session.rollback()
    return do_each(
        cycle_ids,
        lambda number: actions.finish(number, settles=settles, storage=settings.storage, now=now),
        failed=_nothing_to_say,
        trouble="cycle not deleted",
    )


def clear_pictures(now: datetime, settings: Settings) -> int:
    """Removes the pictures nothing shows: sent and never saved, replaced, or left over; says how many.

    Each is kept for longer than an interrupted form, which may still bring it.
    """
    old = stored_before(now - KEPT, storage=settings.storage)
    with only_reading():
        unseen = old - queries.shown_among(old)
        db.session.rollback()
    remove_pictures(unseen, storage=settings.storage)
    return len(unseen)


def _nothing_to_say(_cycle_id: int) -> None:
    """It is tried again, and the page of the deletion shows that it has not gone."""
