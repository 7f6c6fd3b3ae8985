"""The right to send a row: taken for a while, kept while it is renewed, and lost when it runs out."""

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    LargeBinary,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased, undefer

from webinars import clock
from webinars.outbox.errors import LeaseLost
from webinars.outbox.models import UNSENT, Email, EmailText, MailState, Pause, Urgency, is_in
from webinars.outbox.queue import trouble
from webinars.outbox.queue.attempt import UNANSWERED_AT_MOST
from webinars.outbox.queue.pace import Pace, PaceRoom, room
from webinars.storage.database import inserting, only_reading
from webinars.storage.extensions import db
from webinars.storage.transactions import run, run_alone
from webinars.web.logs import log

WINDOW = 4  # candidates looked at for one that is taken, when the pace may pass some over


@dataclass(slots=True)
class Lease:
    """One worker's right to a batch; everybody else leaves its rows alone until it runs out."""

    lasts: timedelta
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    # the wall clock may jump; how old our own right is, is counted on the other one
    renewed: float = field(default_factory=time.monotonic)
    is_trial: bool = False  # our mail is refused: the one mail it holds tries whether it still is
    leaves_more: bool = False  # that is due: a mail that is taken alone ended the batch, or was it

    @property
    def seconds_for_one_mail(self) -> float:
        """How long one dialogue may take: it ends before the lease does."""
        return self.lasts.total_seconds() / 2

    def doubt(self) -> None:
        """Has it be renewed before the next mail: somebody else seems to have taken a row."""
        self.renewed = float("-inf")

    def is_ageing(self) -> bool:
        """Whether to renew before the next mail, which could outlast what is left."""
        return time.monotonic() - self.renewed > self.lasts.total_seconds() / 4


@dataclass(slots=True)
class OverlongLeases:
    """Leases that end later than any may, taken by a clock ahead, and since when each was seen unrenewed."""

    lasts: timedelta
    since: dict[tuple[str, datetime], float] = field(default_factory=dict)

    def ended(self, leases: Iterable[tuple[str, datetime]], *, now: datetime) -> list[str]:
        """Those whose owner, who would have renewed it, is gone: they were seen for as long as a lease lasts."""
        ticks = time.monotonic()
        self.since = {
            lease: self.since.get(lease, ticks)
            for lease in leases
            if clock.is_ahead(lease[1], now, self.lasts)
        }
        over = [lease for lease, began in self.since.items() if ticks - began >= self.lasts.total_seconds()]
        for _token, until in over:
            clock.say_ahead("leases", until=until, now=now)
        return [token for token, _until in over]


def earlier_waits() -> ColumnElement[bool]:
    """The condition that an earlier mail about the same has not left: this one waits for it."""
    earlier, other = aliased(Email), aliased(Email)
    return or_(
        exists().where(earlier.uid == Email.uid, earlier.id < Email.id, earlier.state.in_(UNSENT)),
        # looked up for the few mails that follow another thread
        and_(
            Email.follows.is_not(None),
            exists().where(other.uid == Email.follows, other.id < Email.id, other.state.in_(UNSENT)),
        ),
    )


_ROWS: Table = Email.__table__  # type: ignore[assignment]
# statements are built once: building one costs more than running it
_NOW = bindparam("now", type_=Email.not_before.type)
_LATEST = bindparam("latest", type_=Email.not_before.type)
_EXPIRED = and_(is_in(MailState.SENDING), Email.leased_until < _NOW)
_ENDED = and_(is_in(MailState.SENDING), Email.lease.in_(bindparam("ended", expanding=True)))
_MINE = and_(Email.lease == bindparam("token"), is_in(MailState.SENDING))
DUE: Select[int, str, int] = (
    select(Email.id, Email.domain, Email.unanswered)
    .where(
        is_in(MailState.QUEUED),
        # one class a question: else those of a class that are not due yet are read before the next
        Email.urgency == bindparam("urgency"),
        Email.not_before <= _NOW,
        ~earlier_waits(),
    )
    .order_by(Email.not_before, Email.id)
)
FIRST_DUE = DUE.limit(1)
# workers of PostgreSQL pass over what another one is just taking
FREE_DUE = DUE.with_for_update(skip_locked=True, of=Email)
ODD = (
    select(Email.lease, Email.leased_until)
    .where(is_in(MailState.SENDING), or_(Email.leased_until < _NOW, Email.leased_until > _LATEST))
    .distinct()
)
PUT_BACK = (
    update(Email)
    .where(or_(_EXPIRED, _ENDED))
    .values(
        state=MailState.QUEUED,
        lease=null(),
        leased_until=null(),
        unanswered=Email.unanswered + 1,
    )
)
ENDED_WORKERS = "each worker that had it in hand ended"
SET_ASIDE = (
    PUT_BACK.where(Email.unanswered >= UNANSWERED_AT_MOST - 1)
    .values(state=MailState.FAILED, attempted_at=_NOW, last_error=ENDED_WORKERS)
    .returning(Email.id)
)
TAKE = (
    update(Email)
    .where(Email.id.in_(bindparam("ids", expanding=True)), Email.state == MailState.QUEUED)
    .values(state=MailState.SENDING, lease=bindparam("token"), leased_until=bindparam("until"))
    .execution_options(synchronize_session=False)
)
TAKEN = select(Email).where(_MINE).options(undefer(Email.content))
TAKEN = TAKEN.order_by(Email.urgency, Email.not_before, Email.id)
UNTRIED = select(Email.id).where(_MINE, Email.attempts == 0, Email.unanswered == 0)
FORGET_UNTRIED = delete(EmailText).where(EmailText.email_id.in_(UNTRIED))
FORGET_UNTRIED = FORGET_UNTRIED.execution_options(synchronize_session=False)
RENEW = update(Email).where(_MINE).values(leased_until=bindparam("until"))
GIVE_BACK = update(Email).where(_MINE).values(state=MailState.QUEUED, lease=null(), leased_until=null())
GIVE_BACK_SAYING = GIVE_BACK.values(last_error=bindparam("words"))


def has_due(*, now: datetime) -> bool:
    """Whether a worker would find something to take; takes no lock."""
    with only_reading():
        has = any(is_due(urgency, now=now) for urgency in Urgency)
        has = has and db.session.get(Pause, Pause.ONLY) is None and not trouble.is_early(now=now)
        db.session.rollback()
    return has


def is_due(urgency: Urgency, *, now: datetime) -> bool:
    """Whether a mail of this class is due."""
    return db.session.execute(FIRST_DUE, {"urgency": urgency, "now": now}).first() is not None


def sweep(vigil: OverlongLeases, *, now: datetime) -> None:
    """Puts back what a worker left behind: its answer is unknown, it is sent again as it is.

    What was left behind as often as a mail may go unanswered is set aside: it has failed.
    """
    with only_reading():
        found = db.session.execute(ODD, {"now": now, "latest": now + vigil.lasts}).all()
        leases = [(token, until) for token, until in found if token and until]
        db.session.rollback()
    ended = vigil.ended(leases, now=now)
    if ended or any(until < now for _token, until in leases):
        facts = {"now": now, "ended": ended}
        with db.engine.begin() as connection:
            set_aside = connection.scalars(SET_ASIDE, facts).all()
            connection.execute(PUT_BACK, facts)
        if set_aside:
            log.error("mail set aside", extra={"facts": {"emails": sorted(set_aside)}})


def claim(lease: Lease, *, limit: int, pace: Pace, now: datetime) -> list[Email]:
    """Takes due rows for this lease, what cannot wait first, then the longest waiting; nothing while mail is paused.

    While our mail is refused, one of them, when its time has come. One that may have left already is taken alone: a worker
    may have ended by it, and would again.
    """
    if not has_due(now=now):
        return []
    known = trouble.in_force()
    lease.is_trial = known is not None and trouble.take_trial(known, now=now)
    if known is not None and not lease.is_trial:
        db.session.rollback()
        return []
    due, unanswered = _choose(1 if lease.is_trial else limit, pace, now)
    first = next((index for index, number in enumerate(due) if number in unanswered), len(due))
    ids = due[: max(1, first)]
    lease.leaves_more = len(ids) < len(due)
    emails: list[Email] = []
    if ids:
        db.session.execute(TAKE, {"ids": ids, "token": lease.token, "until": now + lease.lasts})
        emails = list(db.session.scalars(TAKEN, {"token": lease.token}))
        # they outlive the transaction as plain values
        db.session.expunge_all()
    db.session.commit()
    return emails


def _choose(limit: int, pace: Pace, now: datetime) -> tuple[list[int], set[int]]:
    """What may leave, and what of it may have left already."""
    found, ids, unanswered = room(pace, now=now), list[int](), set[int]()
    for urgency in Urgency:
        wanted = found.left(urgency, most=limit - len(ids))
        if wanted:
            candidates = _candidates(urgency, wanted, found, now)
            ids += found.chosen(((number, domain) for number, domain, _times in candidates), wanted)
            unanswered |= {number for number, _domain, times in candidates if times}
    return ids, unanswered


def _candidates(urgency: Urgency, wanted: int, found: PaceRoom, now: datetime) -> list[tuple[int, str, int]]:
    """Mails of this class that are due, those first that waited longest."""
    due = FREE_DUE.limit(wanted)
    if found.pace.per_domain:
        due = FREE_DUE.where(Email.domain.not_in(found.full_domains)).limit(wanted * WINDOW)
    return [(*row,) for row in db.session.execute(due, {"urgency": urgency, "now": now})]


def renew_ageing(lease: Lease, *, now: datetime) -> None:
    """Makes a lease that one mail could outlast last from now on; raises LeaseLost when it holds no row any more."""
    if lease.is_ageing():
        renew(lease, now=now)


def renew(lease: Lease, *, now: datetime) -> None:
    """Makes the lease last from now on; raises LeaseLost when it holds no row any more."""
    began = time.monotonic()
    renewed = db.session.execute(RENEW, {"token": lease.token, "until": now + lease.lasts})
    db.session.commit()
    if not renewed.rowcount:  # type: ignore[attr-defined]
        raise LeaseLost
    lease.renewed = began


def keep_texts(emails: Sequence[Email], lease: Lease) -> None:
    """Keeps the texts of these rows for every attempt at them; that of a row that is ours no more is left out."""
    texts = [{"row": email.id, "token": lease.token, "content": email.content} for email in emails]
    if texts:
        db.session.execute(_keeping(db.engine.dialect.name), texts)


def settle(email: Email, lease: Lease, *, state: MailState, alone: bool = False, **values: Any) -> bool:
    """Ends the lease of one row with what became of its mail; False when the row was ours no more.

    `alone`, it is kept at once: nothing else is said with it.
    """
    facts = {"state": state, "lease": None, "leased_until": None, **values}
    new = {f"new_{name}": fact for name, fact in facts.items()} | {"row": email.id, "token": lease.token}
    if not alone:
        return bool(run(_ending(tuple(facts)), new).rowcount)
    return bool(run_alone(_ending(tuple(facts)), new))


def release(lease: Lease, *, words: str | None = None) -> None:
    """Gives back what was not tried, as if it had never been taken; says why in its row.

    Who comes next writes anew what was never handed to a server: it may wait for long, and its text would grow old.
    """
    db.session.execute(FORGET_UNTRIED, {"token": lease.token})
    if words is None:
        db.session.execute(GIVE_BACK, {"token": lease.token})
    else:
        db.session.execute(GIVE_BACK_SAYING, {"token": lease.token, "words": words})
    db.session.commit()


def clear_texts(ids: Sequence[int]) -> None:
    """Clears the texts of these rows, but of those that wait: they are needed again, by whoever has the lease now."""
    waits = exists().where(Email.id == EmailText.email_id, Email.state.in_(UNSENT))
    db.session.execute(
        delete(EmailText)
        .where(EmailText.email_id.in_(ids), ~waits)
        .execution_options(synchronize_session=False)
    )


@cache
def _ending(columns: tuple[str, ...]) -> Update:
    """The statement that gives these columns of one row of ours new values."""
    mine = (
        _ROWS.c.id == bindparam("row"),
        _ROWS.c.lease == bindparam("token"),
        _ROWS.c.state == MailState.SENDING,
    )
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    if "not_before" in new:  # a cancellation that settles has held back what was in hand: it still is
        at = bindparam("new_not_before", type_=Email.not_before.type)
        new["not_before"] = case((_ROWS.c.not_before > at, _ROWS.c.not_before), else_=at)
    return update(_ROWS).where(*mine).values(new)


@cache
def _keeping(dialect: str) -> Insert:
    mine = select(Email.id, bindparam("content", type_=LargeBinary())).where(
        Email.id == bindparam("row"), Email.lease == bindparam("token"), Email.state == MailState.SENDING
    )
    # it may have been kept by a first try that seemed to fail
    return inserting(EmailText, dialect).from_select(["email_id", "content"], mine).on_conflict_do_nothing()
