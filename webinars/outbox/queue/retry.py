"""When a mail that was put off is tried again."""

from datetime import timedelta

FIRST_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
THEN = timedelta(hours=1)
AT_MOST = timedelta(days=3)
UNANSWERED_AT_MOST = 6  # each of these may have arrived: somebody would find as many copies
NOT_WRITTEN_WAIT = timedelta(minutes=5)  # after trouble with the disk or memory


def _all_waits() -> tuple[timedelta, ...]:
    hourly = (AT_MOST - sum(FIRST_WAITS, timedelta())) // THEN
    return FIRST_WAITS + (THEN,) * hourly


WAITS = _all_waits()


def wait_after(attempts: int, waits: tuple[timedelta, ...] = WAITS) -> timedelta | None:
    """How long to wait after so many attempts; None when it was the last."""
    return waits[attempts - 1] if attempts <= len(waits) else None
