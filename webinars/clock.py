"""The one place that asks what time it is, and that tells what was written by a clock that was ahead."""

import logging
from datetime import UTC, datetime, timedelta

log = logging.getLogger("webinars")

MOMENT = timedelta(minutes=1)  # the clocks of several machines may be apart


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def is_ahead(written: datetime, now: datetime, within: timedelta = timedelta(0)) -> bool:
    """Whether an instant that lies at most so long after its writing was written by a clock that was ahead."""
    return written > now + within + MOMENT


def say_ahead(what: str, *, until: datetime, now: datetime) -> None:
    """Tells operators that the clock was ahead, and by how much at least; whoever calls goes back."""
    seconds = int((until - now).total_seconds())
    log.warning("the clock was ahead", extra={"facts": {"of": what, "seconds": seconds}})
