"""Taking an attempt up, in the transaction of what it makes."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from webinars.attempts.models import Attempt
from webinars.storage.database import inserting
from webinars.storage.extensions import db

KEPT = timedelta(days=7)  # nobody goes back to a page of last week


def begin(key: str, *, now: datetime) -> Attempt:
    """The attempt of this key: done already, or to be done by whoever calls.

    Whoever sends the same at the same time waits for the end of this transaction, and finds it done.
    """
    first = inserting(Attempt, db.engine.dialect.name).values(key=key, answer="", made_at=now)
    db.session.execute(first.on_conflict_do_nothing())
    return db.session.get_one(Attempt, key, populate_existing=True)


def sweep(*, now: datetime) -> int:
    """Forgets attempts nobody repeats any more; says how many."""
    return db.session.execute(delete(Attempt).where(Attempt.made_at < now - KEPT)).rowcount  # type: ignore[attr-defined,no-any-return]
