"""The right to send a row: taken by one conditional update, for a while, and lost when it runs out."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, select, update
from sqlalchemy.orm import aliased, undefer

from webinars.database import only_reading
from webinars.extensions import db
from webinars.outbox.models import UNSENT, Email, Pause, State
from webinars.outbox.pace import Pace, room

WINDOW = 4  # candidates looked at for one that is taken, when the pace may pass some over


@dataclass(slots=True)
class Lease:
    """One worker's right to a batch; everybody else leaves its rows alone until it runs out."""

    lasts: timedelta
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    # the wall clock may jump; how old our own right is, is counted on the other one
    renewed: float = field(default_factory=time.monotonic)

    @property
    def seconds_for_one_mail(self) -> float:
        """How long one dialogue may take: it ends before the lease does."""
        return self.lasts.total_seconds() / 2

    def is_ageing(self) -> bool:
        """Whether to renew before the next mail, which could outlast what is left."""
        return time.monotonic() - self.renewed > self.lasts.total_seconds() / 4


def _earlier_waits() -> ColumnElement[bool]:
    earlier = aliased(Email)
    return exists().where(earlier.uid == Email.uid, earlier.id < Email.id, earlier.state.in_(UNSENT))


def _due(now: datetime) -> Select[int, str]:
    return (
        select(Email.id, Email.domain)
        .where(Email.state == State.QUEUED, Email.not_before <= now, ~_earlier_waits())
        .order_by(Email.not_before, Email.id)
    )


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(Email.state == State.SENDING, Email.leased_until < now)


def is_anything_due(*, now: datetime) -> bool:
    """Whether a worker would find something; takes no lock."""
    with only_reading():
        found = db.session.scalar(select(exists().where(_expired(now))))
        found = found or db.session.execute(_due(now).limit(1)).first() is not None
        db.session.rollback()
    return bool(found)


def sweep(*, now: datetime) -> int:
    """Puts back what a worker left behind: its answer is unknown, it is sent again as it is."""
    with db.engine.begin() as connection:
        return connection.execute(
            update(Email)
            .where(_expired(now))
            .values(
                state=State.QUEUED,
                lease=None,
                leased_until=None,
                unanswered=case((Email.unanswered == 0, 1), else_=Email.unanswered),
            )
        ).rowcount


def claim(lease: Lease, *, limit: int, pace: Pace, now: datetime) -> list[Email]:
    """Takes due rows for this lease, the longest waiting first; nothing while mail is paused."""
    if db.session.get(Pause, Pause.ONLY) is not None:
        db.session.rollback()
        return []
    ids = _choose(limit, pace, now)
    if ids:
        db.session.execute(
            update(Email)
            .where(Email.id.in_(ids), Email.state == State.QUEUED)
            .values(state=State.SENDING, lease=lease.token, leased_until=now + lease.lasts)
            .execution_options(synchronize_session=False)
        )
    emails = list(
        db.session.scalars(
            select(Email)
            .where(Email.lease == lease.token, Email.id.in_(ids))
            .options(undefer(Email.content))
            .order_by(Email.not_before, Email.id)
        )
    )
    # they outlive the transaction as plain values
    db.session.expunge_all()
    db.session.commit()
    return emails


def _choose(limit: int, pace: Pace, now: datetime) -> list[int]:
    # workers of PostgreSQL pass over what another one is just taking
    due = _due(now).with_for_update(skip_locked=True, of=Email)
    if pace.is_free:
        return [email_id for email_id, _domain in db.session.execute(due.limit(limit))]
    found = room(pace, now=now)
    if found.left == 0:
        return []
    due = due.where(Email.domain.not_in(found.full_domains)).limit(limit * WINDOW)
    return found.chosen(((email_id, domain) for email_id, domain in db.session.execute(due)), limit)


def renew(lease: Lease, *, now: datetime) -> None:
    """Makes the lease last from now on."""
    began = time.monotonic()
    with db.engine.begin() as connection:
        connection.execute(
            update(Email)
            .where(Email.lease == lease.token, Email.state == State.SENDING)
            .values(leased_until=now + lease.lasts)
        )
    lease.renewed = began


def release(lease: Lease, *, words: str | None = None) -> None:
    """Gives back what was not tried, as if it had never been taken; says why in its row."""
    values: dict[str, object] = {"state": State.QUEUED, "lease": None, "leased_until": None}
    if words is not None:
        values["last_error"] = words
    with db.engine.begin() as connection:
        connection.execute(
            update(Email).where(Email.lease == lease.token, Email.state == State.SENDING).values(values)
        )


def keep_contents(lease: Lease, contents: Sequence[tuple[int, bytes]]) -> None:
    """Keeps what was written, before the first attempt, for every further one."""
    if contents:
        mine = and_(Email.lease == lease.token, Email.state == State.SENDING)
        with db.engine.begin() as connection:
            for email_id, content in contents:
                connection.execute(update(Email).where(Email.id == email_id, mine).values(content=content))
