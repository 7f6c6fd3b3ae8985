"""Counting, in the transaction of what is counted."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Executable, delete

from webinars.limits.models import Limit, Tally
from webinars.storage.database import inserting
from webinars.storage.extensions import db
from webinars.storage.transactions import Values, run

KEPT = timedelta(days=2)  # no window is longer than a day


def count_one(limit: Limit, subject: str, *, now: datetime) -> int:
    """Counts one more; says how many there are in the window, this one included.

    Whoever counts the same subject at the same time waits for the end of this transaction.
    """
    return int(run(_always(db.engine.dialect.name), _one(limit, subject, now=now)).scalar_one())


def count_if(limit: Limit, subject: str, allowed: ColumnElement[bool], *, now: datetime) -> bool:
    """Counts one more unless the tally there is forbids it; says whether it was counted, in one step."""
    counting = _counting(db.engine.dialect.name, allowed)
    return run(counting, _one(limit, subject, now=now)).scalar() is not None


def _one(limit: Limit, subject: str, *, now: datetime) -> Values:
    return {"key": limit.key(subject), "window": limit.window_at(now), "count": 1, "last_at": now}


@cache
def _always(dialect: str) -> Executable:
    return _counting(dialect, None)


def _counting(dialect: str, allowed: ColumnElement[bool] | None) -> Executable:
    first = inserting(Tally, dialect)
    again = {"count": Tally.count + 1, "last_at": first.excluded.last_at}
    return first.on_conflict_do_update(
        index_elements=[Tally.key, Tally.window], set_=again, where=allowed
    ).returning(Tally.count)


def admit(limit: Limit, subject: str, *, now: datetime) -> bool:
    """Counts one more; says whether it is still within the limit."""
    return count_one(limit, subject, now=now) <= limit.most


def forget(limit: Limit, subject: str) -> None:
    """Starts this subject's count again."""
    db.session.execute(delete(Tally).where(Tally.key == limit.key(subject)))


def sweep(*, now: datetime) -> int:
    """Removes counts nobody asks for any more; says how many."""
    of_use = Tally.window.between(now - KEPT, now + KEPT)  # later ones are of a clock far ahead
    return db.session.execute(delete(Tally).where(~of_use)).rowcount  # type: ignore[attr-defined,no-any-return]
