"""What an attempt leaves in its row; written only by whoever still owns the row."""

from datetime import datetime, timedelta

from sqlalchemy import null, update

from webinars.extensions import db
from webinars.outbox.answers import WORDS, Answer, Verdict
from webinars.outbox.claims import Lease
from webinars.outbox.models import Email, State
from webinars.outbox.schedule import wait_after

# each of these may have arrived: somebody would find as many copies
UNANSWERED_AT_MOST = 6


def record(
    email: Email, answer: Answer, lease: Lease, *, now: datetime, waits: tuple[timedelta, ...], keep: bool
) -> bool:
    """Keeps the outcome of one attempt; False when the lease was lost meanwhile and nothing is kept."""
    values = _outcome(email, answer, now, waits) | {"attempted_at": now, "attempts": email.attempts + 1}
    if values["state"] is not State.QUEUED and not keep:
        values["content"] = null()
    return _write(email.id, lease, values)


def record_unwritten(email: Email, lease: Lease, *, words: str) -> bool:
    """The mail could not be written, and never will be: it is shown with the reason."""
    return _write(email.id, lease, {"state": State.FAILED, "last_error": words[:WORDS]})


def record_dropped(email: Email, lease: Lease) -> bool:
    """The reason for the mail has gone before it left."""
    return _write(email.id, lease, {"state": State.DROPPED})


def _outcome(email: Email, answer: Answer, now: datetime, waits: tuple[timedelta, ...]) -> dict[str, object]:
    if answer.verdict is Verdict.TAKEN:
        return {"state": State.SENT, "sent_at": now, "last_error": None}
    wait = wait_after(email.attempts + 1, waits)
    if answer.verdict is Verdict.NEVER or wait is None:
        return {"state": State.FAILED, "last_error": answer.words}
    later: dict[str, object] = {"state": State.QUEUED, "not_before": now + wait, "last_error": answer.words}
    if answer.verdict is Verdict.UNANSWERED:
        later["unanswered"] = email.unanswered + 1
        if email.unanswered + 1 == UNANSWERED_AT_MOST:
            later["state"] = State.FAILED
    return later


def _write(email_id: int, lease: Lease, values: dict[str, object]) -> bool:
    with db.engine.begin() as connection:
        kept = connection.execute(
            update(Email)
            .where(Email.id == email_id, Email.lease == lease.token, Email.state == State.SENDING)
            .values({"lease": None, "leased_until": None, **values})
        )
    return kept.rowcount == 1
