"""What an attempt leaves in its row; written only by whoever still owns the row."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, null, update
from sqlalchemy.exc import OperationalError

from webinars.logs import log
from webinars.outbox.answers import WORDS, Answer, Verdict
from webinars.outbox.claims import Lease
from webinars.outbox.models import Email, State
from webinars.outbox.schedule import wait_after

# each of these may have arrived: somebody would find as many copies
UNANSWERED_AT_MOST = 6
TRY_AGAIN_AFTER = 0.2

# built once: building it costs more than running it
_MINE = (
    Email.id == bindparam("row"),
    Email.lease == bindparam("token"),
    Email.state == State.SENDING,
)
RECORD = (
    update(Email)
    .where(*_MINE)
    .values(
        lease=None,
        leased_until=None,
        state=bindparam("becomes"),
        attempted_at=bindparam("at"),
        attempts=bindparam("tries"),
        sent_at=bindparam("sent"),
        not_before=bindparam("due"),
        unanswered=bindparam("open"),
        last_error=bindparam("words"),
    )
)
RECORD_AND_CLEAR = RECORD.values(content=null())
SET_ASIDE = (
    update(Email)
    .where(*_MINE)
    .values(lease=None, leased_until=None, state=bindparam("becomes"), last_error=bindparam("words"))
)


def outcome(
    email: Email, answer: Answer, lease: Lease, *, now: datetime, waits: tuple[timedelta, ...]
) -> dict[str, Any]:
    """What one attempt makes of its row."""
    row = {
        "row": email.id,
        "token": lease.token,
        "at": now,
        "tries": email.attempts + 1,
        "words": answer.words,
    }
    row |= {"sent": None, "due": email.not_before, "open": email.unanswered, "becomes": State.FAILED}
    wait = wait_after(email.attempts + 1, waits)
    if answer.verdict is Verdict.TAKEN:
        return row | {"becomes": State.SENT, "sent": now, "words": None}
    if answer.verdict is Verdict.UNANSWERED:
        row["open"] = email.unanswered + 1
    if answer.verdict is Verdict.NEVER or wait is None or row["open"] == UNANSWERED_AT_MOST:
        return row
    return row | {"becomes": State.QUEUED, "due": now + wait}


def record(
    connection: Connection, rows: Sequence[dict[str, Any]], *, keep: bool, secret: Collection[int] = ()
) -> int:
    """Keeps outcomes, and the texts that are wanted and not secret; says how many rows were still ours."""
    # settled texts are cleared with the outcome; those that wait are needed again
    settled = [row for row in rows if row["becomes"] is not State.QUEUED]
    clear = [row for row in settled if not keep or row["row"] in secret]
    rest = [row for row in rows if row not in clear]
    kept = connection.execute(RECORD, rest).rowcount if rest else 0
    return kept + (connection.execute(RECORD_AND_CLEAR, clear).rowcount if clear else 0)


def set_aside(engine: Engine, email: Email, lease: Lease, *, state: State, words: str | None = None) -> None:
    """The mail is not sent, and why."""
    row = {"row": email.id, "token": lease.token, "becomes": state, "words": words and words[:WORDS]}
    with engine.begin() as connection:
        connection.execute(SET_ASIDE, row)


@dataclass
class Ledger:
    """Keeps the outcomes of a batch."""

    engine: Engine
    keep_contents: bool
    patience: float  # seconds: a database that is away is waited for while the rows are ours
    rows: list[dict[str, Any]] = field(default_factory=list)
    secret: set[int] = field(default_factory=set)  # rows whose text is not kept, whatever the settings say
    line: Connection | None = None  # to PostgreSQL: one for the batch, each outcome a commit of its own

    def note(self, row: dict[str, Any], *, is_secret: bool) -> None:
        """Takes one outcome; it is kept at the next `keep`."""
        self.rows.append(row)
        if is_secret:
            self.secret.add(row["row"])

    def keep(self) -> None:
        """Returns when everything noted is kept."""
        self.rows, rows = [], self.rows
        if rows:
            self._write(rows)

    def close(self) -> None:
        """Returns when everything is kept and nothing is held."""
        try:
            self.keep()
        finally:
            self._hang_up()

    def _write(self, rows: list[dict[str, Any]]) -> None:
        until = time.monotonic() + self.patience
        while True:
            try:
                kept = self._record(rows)
            except OperationalError:
                self._hang_up()
                if time.monotonic() > until:
                    raise
                time.sleep(TRY_AGAIN_AFTER)
            else:
                break
        if kept < len(rows):
            log.warning("lease lost", extra={"facts": {"emails": [row["row"] for row in rows]}})

    def _record(self, rows: list[dict[str, Any]]) -> int:
        if self.engine.dialect.name == "sqlite":
            with self.engine.begin() as connection:  # whoever holds it has the turn to write
                return record(connection, rows, keep=self.keep_contents, secret=self.secret)
        if self.line is None:
            self.line = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return record(self.line, rows, keep=self.keep_contents, secret=self.secret)

    def _hang_up(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            line.close()
