"""How mail flows, for whoever must know when it does not: what is late, what is refused, what left last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from webinars import clock
from webinars.outbox.models import Email, MailState, is_in
from webinars.outbox.queue.lease import earlier_waits
from webinars.outbox.queue.pace import MINUTE, Pace
from webinars.outbox.queue.trouble import LAST_TAKEN
from webinars.storage.extensions import db

HOUR = timedelta(hours=1)
HELD = timedelta(minutes=2)  # a batch takes seconds: what was due so long ago is not just leaving
DOMAINS = 20  # whose oldest mail is looked at, where the pace counts by domain


@dataclass(frozen=True, slots=True)
class Flow:
    """What can be said of mail at one moment."""

    oldest_due_at: datetime | None  # of the mail that waits furthest behind; None when nothing is due
    behind: timedelta  # how long it waits beyond what the pace explains
    tried: int  # mails of the last hour whose last word is known
    refused: int  # of these, refused, put off or returned
    last_left_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    due_at: datetime
    domain: str


def flow_of_mail(pace: Pace, *, now: datetime) -> Flow:
    """How mail flows at this pace.

    Mail is due from the time it was first to leave, however often it was put off since. What waits for a change to
    settle, for the morning, or for an earlier mail about the same, is not due.
    """
    late = [(_behind(mail, pace, now=now), mail.due_at) for mail in _oldest(pace, now=now)]
    behind, oldest = max(late, default=(timedelta(), None))
    tried, refused = _of_the_last_hour(now)
    taken = db.session.execute(LAST_TAKEN, {"latest": now + clock.MOMENT}).first()
    return Flow(oldest, behind, tried, refused, taken[0] if taken else None)


def oldest_due_at(*, now: datetime) -> datetime | None:
    """Since when the mail that has waited longest should have left; None when nothing is due."""
    found = [mail.due_at for asked in _waits(now) for mail in _first(asked)]
    return min(found, default=None)


def _waits(now: datetime) -> tuple[Select[int, datetime, str], ...]:
    """What is due, and what workers hold: none has taken it up again, or the server hangs; each by its own index."""
    mails = select(Email.id, Email.due_at, Email.domain).order_by(Email.due_at, Email.id)
    return (
        mails.where(is_in(MailState.QUEUED), Email.due_at <= now, ~earlier_waits()),
        mails.where(is_in(MailState.SENDING), or_(Email.leased_until < now, Email.due_at < now - HELD)),
    )


def _first(asked: Select[int, datetime, str]) -> Sequence[_Waiting]:
    return [_Waiting(*row) for row in db.session.execute(asked.limit(1))]


def _oldest(pace: Pace, *, now: datetime) -> list[_Waiting]:
    if not pace.per_domain:
        return [mail for asked in _waits(now) for mail in _first(asked)]
    domains = db.session.scalars(
        select(Email.domain)
        .where(is_in(MailState.QUEUED), Email.due_at <= now)
        .group_by(Email.domain)
        .order_by(func.min(Email.due_at), Email.domain)
        .limit(DOMAINS)
    ).all()
    queued, held = _waits(now)
    found = [mail for domain in domains for mail in _first(queued.where(Email.domain == domain))]
    return [*found, *_first(held)]


def _behind(mail: _Waiting, pace: Pace, *, now: datetime) -> timedelta:
    """How long a mail waits beyond what those that stood before it took at this pace."""
    before = or_(Email.due_at < mail.due_at, and_(Email.due_at == mail.due_at, Email.id < mail.id))
    passed = and_(Email.attempted_at >= mail.due_at, before)
    explained = timedelta()
    if pace.per_minute:
        explained = MINUTE * (_count(passed) / pace.per_minute)
    if pace.per_domain:
        to_domain = _count(passed, Email.domain == mail.domain)
        explained = max(explained, MINUTE * (to_domain / pace.per_domain))
    return max(timedelta(), now - mail.due_at - explained)


def _count(*conditions: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Email).where(*conditions)) or 0


def _of_the_last_hour(now: datetime) -> tuple[int, int]:
    """How many mails were tried, and how many of these did not arrive; what is to be sent again says neither."""
    is_lost = and_(Email.sent_at.is_(None), Email.last_error.is_not(None))
    lost = or_(is_lost, Email.state == MailState.BOUNCED)
    known = or_(Email.sent_at.is_not(None), Email.last_error.is_not(None))
    tried, refused = db.session.execute(
        select(func.count().filter(known), func.count().filter(lost)).where(Email.attempted_at > now - HOUR)
    ).one()
    return tried, refused
