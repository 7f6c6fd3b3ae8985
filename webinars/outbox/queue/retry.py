"""What an attempt makes of its mail: when one that was put off is tried again, and when no more."""

from datetime import datetime, timedelta
from typing import Any

from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.attempt import AttemptVerdict, ServerReply

FIRST_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
THEN = timedelta(hours=1)
AT_MOST = timedelta(days=3)
NOT_WRITTEN_WAIT = timedelta(minutes=5)  # after trouble with the disk or memory
UNANSWERED_AT_MOST = 6  # each of these may have arrived: somebody would find as many copies


def _all_waits() -> tuple[timedelta, ...]:
    hourly = (AT_MOST - sum(FIRST_WAITS, timedelta())) // THEN
    return FIRST_WAITS + (THEN,) * hourly


WAITS = _all_waits()


def wait_after(attempts: int, waits: tuple[timedelta, ...] = WAITS) -> timedelta | None:
    """How long to wait after so many attempts; None when it was the last."""
    return waits[attempts - 1] if attempts <= len(waits) else None


def outcome_of(
    email: Email, reply: ServerReply, *, waits: tuple[timedelta, ...] = WAITS, now: datetime
) -> dict[str, Any]:
    """What the row says after one more attempt."""
    tried = {"attempted_at": now, "attempts": email.attempts + 1}
    if reply.verdict is AttemptVerdict.TAKEN:
        return tried | {"state": MailState.SENT, "sent_at": now, "last_error": None}
    unanswered = email.unanswered + (reply.verdict is AttemptVerdict.UNANSWERED)
    tried |= {"unanswered": unanswered, "last_error": reply.words}
    wait = wait_after(email.attempts + 1, waits)
    if reply.verdict is AttemptVerdict.NEVER or wait is None or unanswered == UNANSWERED_AT_MOST:
        return tried | {"state": MailState.FAILED}
    return tried | {"state": MailState.QUEUED, "not_before": now + wait}
