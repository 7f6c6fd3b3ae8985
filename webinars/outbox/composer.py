"""Turns rows into messages, once, before their first attempt."""

import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from webinars.outbox.composition.batch import Batch, written_together
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import marked_among, words_of
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.outcomes import Ledger, put_off, set_aside
from webinars.storage.database import is_trouble, only_reading
from webinars.storage.extensions import db
from webinars.web.logs import log

WAIT = timedelta(minutes=5)  # after trouble with the disk or memory

Writers = Mapping[str, Callable[[Email], EmailMessage]]


class Desk:
    """Where the mails of a batch are written, each once, and kept before its first attempt.

    So many are written at once when the next one is to leave and none is written, and further ones while there is
    time for it. What several of them need is found once, by the first; those that cannot be written, or come too
    late, are left out.
    """

    def __init__(
        self, emails: Sequence[Email], writers: Writers, ledger: Ledger, *, at_once: int, now: datetime
    ) -> None:
        self._writers, self._ledger, self._at_once, self._now = writers, ledger, at_once, now
        late = [email for email in emails if _is_late(email, now)]
        set_aside(db.engine, late, ledger.lease, state=MailState.DROPPED)
        self._waiting = deque(_welcome([email for email in emails if email not in late], ledger.lease))
        self._batch = Batch([email for email in self._waiting if email.content is None])
        self._written: list[Email] = []
        self._ready: deque[Email] = deque()

    def take(self) -> Email | None:
        """The next mail, written and kept; None when there is no more."""
        while not self._ready and (self._written or self._waiting):
            while self._waiting and len(self._written) < self._at_once:
                self._write()
            if self._written:  # else the last outcome is left to whoever waits for the disk
                self.keep()
        return self._ready.popleft() if self._ready else None

    def write(self) -> None:
        """Writes one more, if there is one; trouble with the database is met when the mail is to be taken."""
        with suppress(SQLAlchemyError):
            self._write()

    def keep(self) -> None:
        """Returns when what was written is kept, and what became of the mails before."""
        self._ledger.keep(self._written)
        self._ready.extend(self._written)
        self._written.clear()

    def _write(self) -> None:
        if not self._waiting:
            return
        email = self._waiting[0]
        if email.content is not None:  # at an earlier attempt
            self._ready.append(email)
        elif self._is_written(email):
            self._written.append(email)
        self._waiting.popleft()

    def _is_written(self, email: Email) -> bool:
        try:
            with _only_read(), written_together(self._batch):
                email.content = octets(self._writers[email.kind](email), email)
        except Exception as error:
            if is_trouble(error) and isinstance(error, SQLAlchemyError):
                raise  # the database is away: no mail can be written
            self._batch.forget()
            if is_trouble(error):
                _put_off(email, error, self._ledger.lease, now=self._now)
            else:
                _set_aside(email, error, self._ledger.lease)
            return False
        return True


@contextmanager
def _only_read() -> Iterator[None]:
    """What is found inside stays as it was read, and no transaction is open afterwards, while a server thinks."""
    with only_reading():
        try:
            yield
        finally:
            if db.session().in_transaction():
                db.session.expunge_all()
                db.session.rollback()


def _welcome(emails: list[Email], lease: Lease) -> list[Email]:
    """Those whose address takes mail; accounts' own mail is sent in any case: somebody has just asked for it."""
    with only_reading():
        marked = marked_among({email.recipient_key for email in emails if email.cycle_id is not None})
        db.session.rollback()
    refused = [email for email in emails if email.cycle_id is not None and email.recipient_key in marked]
    for email in refused:
        words = words_of(marked[email.recipient_key])
        set_aside(db.engine, [email], lease, state=MailState.DROPPED, words=words)
    return [email for email in emails if email not in refused]


def _is_late(email: Email, now: datetime) -> bool:
    return email.not_after is not None and email.not_after <= now


def octets(message: EmailMessage, email: Email) -> bytes:
    """The message as a server takes it; raises ValueError when it is not this row's."""
    # asked for by name, the standard library parses it
    identities = [value for name, value in message.raw_items() if name == "Message-ID"]
    if identities != [email.message_id]:
        raise ValueError(f"the writer of {email.kind} gave the message another identity")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def _put_off(email: Email, error: BaseException, lease: Lease, *, now: datetime) -> None:
    """The disk or memory failed: the mail is not to blame and waits, those behind it need not."""
    put_off(db.engine, email, lease, until=now + WAIT, words=f"not written yet: {type(error).__name__}")
    facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
    log.error("mail not written yet", extra={"facts": facts})


def _set_aside(email: Email, error: BaseException, lease: Lease) -> None:
    if isinstance(error, ReasonGone):
        set_aside(db.engine, [email], lease, state=MailState.DROPPED)
        return
    set_aside(db.engine, [email], lease, state=MailState.FAILED, words=f"{type(error).__name__}: {error}")
    # the words stay in the row: they may hold an address, which logs must not
    place = traceback.extract_tb(error.__traceback__)[-1]
    facts = {"email": email.id, "kind": email.kind, "error": type(error).__name__}
    log.error(
        "mail not written", extra={"facts": facts | {"place": f"{Path(place.filename).name}:{place.lineno}"}}
    )
