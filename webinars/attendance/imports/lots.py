"""A long write in lots: each is a transaction of its own, and others write between two of them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from webinars.attendance.imports.lease import ReportLease
from webinars.storage.extensions import db

LOT = 500  # rows
Item = TypeVar("Item")


def in_lots(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items, so many at a time."""
    return (items[start : start + LOT] for start in range(0, len(items), LOT))


@contextmanager
def written_as_lot(mine: ReportLease | None = None) -> Iterator[None]:
    """What is written inside is committed; then it rests as long as that has taken.

    SQLite gives the write lock to whoever asks at the right moment: without a rest others would ask in vain. Raises
    ReportInterrupted when somebody has taken the lease over.
    """
    if mine is not None:
        mine.renew()
    began = time.monotonic()
    yield
    db.session.commit()
    time.sleep(time.monotonic() - began)
