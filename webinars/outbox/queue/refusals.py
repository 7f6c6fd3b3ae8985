"""What a refusal in our own dialogue means: for the address, for the one mail, or for us."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from webinars.outbox.models import Email, MailState
from webinars.outbox.queue import trouble
from webinars.outbox.queue.attempt import AttemptVerdict, ServerReply
from webinars.outbox.queue.blocked_addresses import mark_address, words_of
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.outcomes import Ledger, put_off, set_aside
from webinars.outbox.queue.status_codes import code_of, is_wrong_address
from webinars.storage.extensions import db
from webinars.web.logs import log


@dataclass
class Refusals:
    """Heeds what is refused while one batch is sent."""

    lease: Lease
    ledger: Ledger
    now: Callable[[], datetime]
    marked: dict[str, str] = field(default_factory=dict)  # why, by address as it is compared
    tried: int = 0
    codes: Counter[str] = field(default_factory=Counter)  # of what was refused or put off

    def count(self, answer: ServerReply) -> None:
        """Remembers what became of one attempt."""
        self.tried += 1
        if answer.verdict in (AttemptVerdict.NEVER, AttemptVerdict.LATER):
            self.codes[code_of(answer.words)] += 1

    def tell(self) -> None:
        """One line in the log when nothing of the batch was taken; without a server's words, which may hold an address."""
        if self.tried and self.codes.total() == self.tried:
            log.error("no mail of a batch was taken", extra={"facts": {"mails": self.tried, **self.codes}})

    def set_aside(self, email: Email) -> bool:
        """Whether the address was marked by an earlier mail of this batch: then this one is not sent and says so."""
        if email.cycle_id is None or email.recipient_key not in self.marked:
            return False
        words = words_of(self.marked[email.recipient_key])
        set_aside(db.engine, [email], self.lease, state=MailState.DROPPED, words=words)
        return True

    def mark(self, email: Email, answer: ServerReply) -> None:
        """Marks the address when a server says that it is wrong, as a delivery report would; before its outcome is kept."""
        if answer.verdict is not AttemptVerdict.NEVER or not is_wrong_address(answer.words):
            return
        mark_address(email.recipient, reason=answer.words, now=self.now())
        if self.lease.is_trial:
            trouble.hasten(now=self.now())
        db.session.commit()
        self.marked[email.recipient_key] = answer.words

    def put_off_with_others(self, email: Email, answer: ServerReply) -> bool:
        """Has the mail wait with the others where ours is known to be refused, as if it had not been tried; says whether."""
        if answer.verdict is not AttemptVerdict.NEVER or not trouble.is_refusal(answer.words):
            return False
        known = trouble.in_force()
        until = known.next_at if known else None
        if until is not None:
            trouble.begin(answer.words, now=self.now())
        db.session.commit()
        if until is None:
            return False
        put_off(db.engine, email, self.lease, until=until, words=answer.words)
        return True

    def shows_trouble(self, answer: ServerReply) -> bool:
        """Whether this refusal, whose outcome is noted, is one too many to be about the mails."""
        if answer.verdict is not AttemptVerdict.NEVER or not trouble.is_refusal(answer.words):
            return False
        self.ledger.keep()
        is_ours = trouble.is_ours(answer.words, now=self.now())
        db.session.commit()
        return is_ours

    def end_trouble(self, answer: ServerReply) -> None:
        """The mail that tried was taken: all of them leave again."""
        if self.lease.is_trial and answer.verdict is AttemptVerdict.TAKEN:
            trouble.end()
            db.session.commit()
