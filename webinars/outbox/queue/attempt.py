"""What an attempt makes of a mail, and when one that was put off is tried again."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.status_codes import code_of
from webinars.outbox.transport import AttemptVerdict, ServerReply
from webinars.web.logs import log

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


@dataclass(slots=True)
class Attempts:
    """What became of the mails of one batch so far."""

    tried: int = 0
    broken: list[Email] = field(default_factory=list)  # whose dialogue was broken off, since the last answer
    codes: Counter[str] = field(default_factory=Counter)  # of what was refused or put off
    marked: dict[str, str] = field(default_factory=dict)  # why, by address as it is compared

    def count(self, reply: ServerReply) -> None:
        """Remembers one attempt."""
        self.tried += 1
        if reply.verdict in (AttemptVerdict.NEVER, AttemptVerdict.LATER):
            self.codes[code_of(reply.words)] += 1

    def tell(self) -> None:
        """One line in the log when nothing was taken; without a server's words, which may hold an address."""
        if self.tried and self.codes.total() == self.tried:
            log.error("no mail of a batch was taken", extra={"facts": {"mails": self.tried, **self.codes}})


def outcome_of(
    email: Email, reply: ServerReply, *, waits: tuple[timedelta, ...] = WAITS, now: datetime
) -> dict[str, Any]:
    """What the row says after one more attempt."""
    tried = {"attempted_at": now, "attempts": email.attempts + 1}
    if reply.verdict is AttemptVerdict.TAKEN:
        return tried | {"state": MailState.SENT, "sent_at": now, "last_error": None}
    unanswered = email.unanswered + (reply.verdict is AttemptVerdict.NO_REPLY)
    tried |= {"unanswered": unanswered, "last_error": reply.words}
    wait = wait_after(email.attempts + 1, waits)
    if reply.verdict is AttemptVerdict.NEVER or wait is None or unanswered == UNANSWERED_AT_MOST:
        return tried | {"state": MailState.FAILED}
    return tried | {"state": MailState.QUEUED, "not_before": now + wait}
