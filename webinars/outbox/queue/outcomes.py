"""What an attempt leaves in its row; written only by whoever still owns the row."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Insert,
    LargeBinary,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from webinars.outbox.models import UNSENT, Email, EmailText, MailState
from webinars.outbox.queue.attempt import WORDS, AttemptVerdict, ServerReply
from webinars.outbox.queue.lease import Lease
from webinars.outbox.queue.retry import wait_after
from webinars.storage.database import AWAY, end_turn, inserting, unsynced
from webinars.web.logs import log

Rows = Sequence[Mapping[str, Any]]

# each of these may have arrived: somebody would find as many copies
UNANSWERED_AT_MOST = 6
TRY_AGAIN_AFTER = 0.2

# built once: building it costs more than running it
_MINE = (
    Email.id == bindparam("row"),
    Email.lease == bindparam("token"),
    Email.state == MailState.SENDING,
)
_TRIED = (
    update(Email)
    .where(*_MINE)
    .values(lease=None, leased_until=None, attempted_at=bindparam("at"), attempts=Email.attempts + 1)
)
# what nearly every mail comes to needs no more said
SENT = _TRIED.values(state=MailState.SENT, sent_at=bindparam("at"), last_error=None)
NOT_SENT = _TRIED.values(
    state=bindparam("becomes"),
    not_before=bindparam("due"),
    unanswered=bindparam("open"),
    last_error=bindparam("words"),
)
# what waits is needed again, by us or by whoever has the lease now
CLEAR = delete(EmailText).where(
    EmailText.email_id.in_(bindparam("rows", expanding=True)),
    ~exists().where(Email.id == EmailText.email_id, Email.state.in_(UNSENT)),
)
# both by one round trip, past what SQLAlchemy does for a statement: on PostgreSQL asking takes longer than doing
SENT_AND_KEPT = """
WITH kept AS (
    INSERT INTO email_text (email_id, octets)
    SELECT id, %(octets)s FROM email WHERE id = %(written)s AND lease = %(token)s AND state = 'sending'
    ON CONFLICT DO NOTHING
)
UPDATE email
SET lease = NULL, leased_until = NULL, state = 'sent', sent_at = %(at)s, last_error = NULL,
    attempted_at = %(at)s, attempts = attempts + 1
WHERE id = %(row)s AND lease = %(token)s AND state = 'sending'
"""
SET_ASIDE = (
    update(Email)
    .where(*_MINE)
    .values(lease=None, leased_until=None, state=bindparam("becomes"), last_error=bindparam("words"))
)
PUT_OFF = SET_ASIDE.values(not_before=bindparam("due"))


@cache
def _keeping(dialect: str) -> Insert:
    mine = select(Email.id, bindparam("octets", type_=LargeBinary())).where(
        Email.id == bindparam("written"), Email.lease == bindparam("token"), Email.state == MailState.SENDING
    )
    # it may have been kept by a first try that seemed to fail
    return inserting(EmailText, dialect).from_select(["email_id", "octets"], mine).on_conflict_do_nothing()


def outcome(
    email: Email, answer: ServerReply, lease: Lease, *, now: datetime, waits: tuple[timedelta, ...]
) -> dict[str, Any]:
    """What one attempt makes of its row."""
    row = {"row": email.id, "token": lease.token, "at": now}
    if answer.verdict is AttemptVerdict.TAKEN:
        return row
    row |= {
        "words": answer.words,
        "becomes": MailState.FAILED,
        "due": email.not_before,
        "open": email.unanswered,
    }
    wait = wait_after(email.attempts + 1, waits)
    if answer.verdict is AttemptVerdict.UNANSWERED:
        row["open"] = email.unanswered + 1
    if answer.verdict is AttemptVerdict.NEVER or wait is None or row["open"] == UNANSWERED_AT_MOST:
        return row
    return row | {"becomes": MailState.QUEUED, "due": now + wait}


def record(connection: Connection, rows: Rows, texts: Rows = (), *, secret: Collection[int] = ()) -> int:
    """Keeps outcomes, and texts to be sent; says how many outcomes were still ours to tell.

    The texts that are secret are cleared with their outcome.
    """
    dialect = connection.dialect.name
    sent = [row for row in rows if "becomes" not in row]
    if dialect == "postgresql" and len(sent) == len(rows) == len(texts) == 1:
        kept = connection.exec_driver_sql(SENT_AND_KEPT, {**sent[0], **texts[0]}).rowcount
    else:
        kept = _executed(connection, SENT, sent)
        kept += _executed(connection, NOT_SENT, [row for row in rows if "becomes" in row])
        _executed(connection, _keeping(dialect), texts)
    clear = [row["row"] for row in rows if row["row"] in secret]
    if clear:
        connection.execute(CLEAR, {"rows": clear})
    return kept


def _executed(connection: Connection, statement: Executable, rows: Rows) -> int:
    if not rows:
        return 0
    # a list of one costs the driver more than the one
    return connection.execute(statement, rows[0] if len(rows) == 1 else rows).rowcount


def set_aside(
    engine: Engine, emails: Sequence[Email], lease: Lease, *, state: MailState, words: str | None = None
) -> None:
    """The mails are not sent, and why."""
    shared = {"token": lease.token, "becomes": state, "words": words and words[:WORDS]}
    if emails:
        with engine.begin() as connection:
            connection.execute(SET_ASIDE, [{"row": email.id, **shared} for email in emails])


def put_off(engine: Engine, email: Email, lease: Lease, *, until: datetime, words: str) -> None:
    """The mail waits, and why; no attempt is counted."""
    facts = {
        "row": email.id,
        "token": lease.token,
        "becomes": MailState.QUEUED,
        "due": until,
        "words": words[:WORDS],
    }
    with engine.begin() as connection:
        connection.execute(PUT_OFF, facts)


@dataclass
class Ledger:
    """Keeps the texts and the outcomes of a batch, what became of one mail and the text of the next together.

    They outlast this process at once, and the machine from the last one on (docs/delivery.md, Batches).
    """

    engine: Engine
    lease: Lease
    keep_contents: bool
    rows: list[dict[str, Any]] = field(default_factory=list)
    told: list[int] = field(default_factory=list)  # rows whose outcome is known
    secret: set[int] = field(default_factory=set)  # rows whose text is cleared with their outcome
    is_last: bool = False
    line: Connection | None = None  # one for the batch
    held: ExitStack = field(default_factory=ExitStack)

    def note(self, row: dict[str, Any], *, is_secret: bool) -> None:
        """Takes one outcome; it is kept at the next `keep`."""
        self.rows.append(row)
        self.told.append(row["row"])
        if is_secret:
            self.secret.add(row["row"])

    def keep(self, written: Sequence[Email] = ()) -> None:
        """Returns when every outcome noted is kept, and the texts of these mails for every attempt at them.

        Outcomes that cannot be kept stay noted.
        """
        rows, token = self.rows, self.lease.token
        texts = [{"written": email.id, "token": token, "octets": email.content} for email in written]
        if not rows and not texts:
            return
        kept = self._write(lambda connection: record(connection, rows, texts, secret=self.secret))
        self.rows = []
        if kept < len(rows):
            log.warning("lease lost", extra={"facts": {"emails": [row["row"] for row in rows]}})
            self.lease.doubt()

    def close(self) -> None:
        """Returns when everything is kept, on the disk too, texts cleared that need not be kept, and nothing is held."""
        self._hang_up()
        self.is_last = True
        try:
            self.keep()
            if self.told and not self.keep_contents:
                self._write(lambda connection: connection.execute(CLEAR, {"rows": self.told}).rowcount)
        finally:
            self._hang_up()

    def _write(self, write: Callable[[Connection], int]) -> int:
        # a database that is away is waited for while the rows are ours
        until = time.monotonic() + self.lease.seconds_for_one_mail / 2
        while True:
            try:
                return self._on_the_line(write)
            except AWAY:
                self._hang_up()
                if time.monotonic() > until:
                    raise
                time.sleep(TRY_AGAIN_AFTER)

    def _on_the_line(self, write: Callable[[Connection], int]) -> int:
        if self.line is None:
            line = self.held.enter_context(self.engine.connect())
            if self.engine.dialect.name == "postgresql":
                line = line.execution_options(isolation_level="AUTOCOMMIT")
            self.held.enter_context(unsynced(line, unless=self.is_last))
            self.line = line
        if self.engine.dialect.name == "postgresql":
            return write(self.line)
        try:
            with self.line.begin():
                return write(self.line)
        finally:
            end_turn(self.line)

    def _hang_up(self) -> None:
        self.line = None
        self.held.close()
