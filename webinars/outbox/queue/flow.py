"""How mail flows, for whoever must know when it does not: what is late, what is refused, what left last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import aliased

from webinars import clock
from webinars.outbox.models import Email, MailState, Urgency, is_in
from webinars.outbox.queue.lease import earlier_waits, is_due
from webinars.outbox.queue.pace import HOUR, MINUTE, Pace, free_at
from webinars.outbox.queue.trouble import LAST_TAKEN
from webinars.storage.database import spelt_out
from webinars.storage.extensions import db

HELD = timedelta(minutes=2)  # a batch takes seconds: what was due so long ago is not just leaving
DOMAINS = 20  # whose oldest mail is looked at, where the pace counts by domain


@dataclass(frozen=True, slots=True)
class QuotaHold:
    """Mail that is due and waits for the quota."""

    urgency: Urgency  # of the most urgent mail that waits
    until: datetime  # when the first of them may leave


@dataclass(frozen=True, slots=True)
class Flow:
    """What can be said of mail at one moment."""

    oldest_due_at: datetime | None  # of the mail that waits furthest behind; None when nothing is due
    behind: timedelta  # how long it waits beyond what the pace explains
    tried: int  # mails of the last hour whose last word is known
    refused: int  # of these, refused, put off or returned
    last_left_at: datetime | None
    held: QuotaHold | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    due_at: datetime
    domain: str
    urgency: int


_FACTS = (Email.id, Email.due_at, Email.domain, Email.urgency)


def flow_of_mail(pace: Pace, *, now: datetime) -> Flow:
    """How mail flows at this pace.

    Mail is due from the time it was first to leave, however often it was put off since. What waits for a change to
    settle, for the morning, or for an earlier mail about the same, is not due.
    """
    waiting = _oldest(pace, now=now)
    explained = _explained(waiting, pace, now)
    late = [(max(timedelta(), now - mail.due_at - explained[mail.id]), mail.due_at) for mail in waiting]
    behind, oldest = max(late, default=(timedelta(), None))
    tried, refused = _of_the_last_hour(now)
    taken = db.session.execute(LAST_TAKEN, {"latest": now + clock.MOMENT}).first()
    last, held = taken[0] if taken else None, held_by_quota(pace, now=now)
    return Flow(oldest, behind, tried, refused, last, held)


def held_by_quota(pace: Pace, *, now: datetime) -> QuotaHold | None:
    """What the quota of the hour or of the day holds back; None while it holds nothing."""
    for urgency in Urgency if pace.quotas else ():
        until = free_at(pace, urgency, now=now)
        if until is not None and until > now and is_due(urgency, now=now):
            return QuotaHold(urgency, until)
    return None


def oldest_due_at(*, now: datetime) -> datetime | None:
    """Since when the mail that has waited longest should have left; None when nothing is due."""
    found = [mail.due_at for asked in _waits(now) for mail in _first(asked)]
    return min(found, default=None)


def _waits(now: datetime) -> tuple[Select[int, datetime, str, int], ...]:
    """What is due, and what workers hold: none has taken it up again, or the server hangs; each by its own index."""
    mails = select(*_FACTS).order_by(Email.due_at, Email.id)
    return (
        mails.where(is_in(MailState.QUEUED), Email.due_at <= now, ~earlier_waits()),
        mails.where(is_in(MailState.SENDING), or_(Email.leased_until < now, Email.due_at < now - HELD)),
    )


def _first(asked: Select[int, datetime, str, int]) -> Sequence[_Waiting]:
    return [_Waiting(*row) for row in db.session.execute(asked.limit(1))]


def _oldest(pace: Pace, *, now: datetime) -> list[_Waiting]:
    if not pace.per_domain:
        return [mail for asked in _waits(now) for mail in _first(asked)]
    queued, held = _waits(now)
    domains = _domains_behind(now)
    of_domain = queued.with_only_columns(Email.id).where(Email.domain == domains.c.domain).limit(1)
    first = select(of_domain.correlate(domains).scalar_subquery()).select_from(domains)
    ids = [found for found in db.session.scalars(first.order_by(domains.c.due_at, domains.c.domain)) if found]
    mails = select(*_FACTS).where(Email.id.in_(ids)).order_by(Email.id)
    return [*(_Waiting(*row) for row in db.session.execute(mails)), *_first(held)]


def _domains_behind(now: datetime) -> Subquery:
    """The domains whose mail has waited longest, found by one step of an index for each domain, whatever waits for it."""
    mail = aliased(Email)
    is_queued = spelt_out(mail.state, MailState.QUEUED)
    first = select(mail.domain).where(is_queued).order_by(mail.domain).limit(1)
    known = select(first.scalar_subquery().label("domain")).cte("known", recursive=True)
    following = first.where(mail.domain > known.c.domain).correlate(known).scalar_subquery()
    known = known.union_all(select(following).where(known.c.domain.is_not(None)))
    due = select(mail.due_at).where(is_queued, mail.domain == known.c.domain).correlate(known)
    due_at = due.order_by(mail.due_at).limit(1).scalar_subquery()
    each = select(known.c.domain, due_at.label("due_at")).where(known.c.domain.is_not(None)).subquery()
    oldest = select(each).where(each.c.due_at <= now).order_by(each.c.due_at, each.c.domain)
    return oldest.limit(DOMAINS).subquery("domains")


def _explained(waiting: Sequence[_Waiting], pace: Pace, now: datetime) -> dict[int, timedelta]:
    """How long those that stood before each of these mails took at this pace; what was tried is read once for all."""
    explained = {mail.id: _in_quota(mail, pace, now) for mail in waiting}
    if not waiting or not pace.has_minute:
        return explained
    limits = [(pace.per_minute, None), (pace.per_domain, Email.domain)]
    asked = [
        (mail, limit, [_passed(mail)] if of is None else [of == mail.domain, _passed(mail)])
        for mail in waiting
        for limit, of in limits
        if limit
    ]
    counts = [func.count().filter(*conditions) for _mail, _limit, conditions in asked]
    since = min(mail.due_at for mail in waiting)
    found = db.session.execute(select(*counts).where(Email.attempted_at >= since)).one()
    for (mail, limit, _conditions), count in zip(asked, found, strict=True):
        explained[mail.id] = max(explained[mail.id], MINUTE * (count / limit))
    return explained


def _in_quota(mail: _Waiting, pace: Pace, now: datetime) -> timedelta:
    """How long the quotas left no room for this mail."""
    free = free_at(pace, Urgency(mail.urgency), now=now)
    return max(timedelta(), min(free, now) - mail.due_at) if free else timedelta()


def _passed(mail: _Waiting) -> ColumnElement[bool]:
    """The condition that a mail was tried since this one is due, and stood before it."""
    sooner = or_(Email.due_at < mail.due_at, and_(Email.due_at == mail.due_at, Email.id < mail.id))
    before = or_(Email.urgency < mail.urgency, and_(Email.urgency == mail.urgency, sooner))
    return and_(Email.attempted_at >= mail.due_at, before)


def _of_the_last_hour(now: datetime) -> tuple[int, int]:
    """How many mails were tried, and how many of these did not arrive; what is to be sent again says neither."""
    is_lost = and_(Email.sent_at.is_(None), Email.last_error.is_not(None))
    lost = or_(is_lost, Email.state == MailState.BOUNCED)
    known = or_(Email.sent_at.is_not(None), Email.last_error.is_not(None))
    tried, refused = db.session.execute(
        select(func.count().filter(known), func.count().filter(lost)).where(Email.attempted_at > now - HOUR)
    ).one()
    return tried, refused
