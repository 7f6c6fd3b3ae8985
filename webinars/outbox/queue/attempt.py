"""What became of one attempt, and of those of one batch."""

import enum
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.retry import UNANSWERED_AT_MOST, WAITS, wait_after
from webinars.outbox.queue.status_codes import code_of
from webinars.web.logs import log
from webinars.words.text import cut_line

WORDS = 500


class AttemptVerdict(enum.Enum):
    """What the answer means for the mail."""

    TAKEN = enum.auto()
    LATER = enum.auto()  # not now: it is tried again
    NEVER = enum.auto()
    UNANSWERED = enum.auto()  # handed over, but no answer came: it may have left


@dataclass(frozen=True, slots=True)
class ServerReply:
    """The verdict, and the words it was given with."""

    verdict: AttemptVerdict
    words: str = ""


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


_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
TAKEN = ServerReply(AttemptVerdict.TAKEN)


def answer_of(code: int, words: bytes | str) -> ServerReply:
    """What a server answered with this code."""
    if 200 <= code < 300:
        return TAKEN  # in other words than the usual ones
    verdict = AttemptVerdict.NEVER if code >= 500 else AttemptVerdict.LATER
    return ServerReply(verdict, reply_words(code, words))


def reply_words(code: int, words: bytes | str) -> str:
    """The code and words of a server, as one line that fits in a row; a line with a status code stands first."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    lines = sorted(text.splitlines(), key=lambda line: _STATUS.match(line) is None)
    return cut_line(" ".join([str(code), *lines]), WORDS)


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
