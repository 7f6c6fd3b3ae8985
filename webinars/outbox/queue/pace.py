"""How fast mail may leave, on all workers together: so much in a minute, and a quota of the hour and of the day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text, union_all

from config import Settings
from webinars.clock import MOMENT
from webinars.outbox.models import Email, MailState, Urgency, is_in
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORKERS_LOCK = 0x6D61696C  # "mail": the advisory lock under which workers count
RESERVE = 10  # one in so many of a quota is kept for what cannot wait


@dataclass(frozen=True, slots=True)
class Pace:
    """Attempts allowed in a minute, in all and to one domain, and in all in an hour and in a day; 0 is no limit."""

    per_minute: int = 0
    per_domain: int = 0
    per_hour: int = 0
    per_day: int = 0

    @property
    def has_minute(self) -> bool:
        """Whether mails of a minute are counted."""
        return bool(self.per_minute or self.per_domain)

    @property
    def quotas(self) -> dict[timedelta, int]:
        """How many mails may leave in which time."""
        return {span: most for span, most in ((HOUR, self.per_hour), (DAY, self.per_day)) if most}


FREE = Pace()


def pace_of(settings: Settings) -> Pace:
    """The pace that the settings want."""
    return Pace(
        settings.mail_per_minute, settings.mail_per_domain, settings.mail_per_hour, settings.mail_per_day
    )


@dataclass(slots=True)
class PaceRoom:
    """What may still leave now."""

    pace: Pace
    used: Counter[str] = field(default_factory=Counter)  # in this minute, by domain
    used_of_quota: dict[timedelta, int] = field(default_factory=dict)

    def left(self, urgency: Urgency, *, most: int) -> int:
        """How many more of this class may leave in all, but not more than so many."""
        rooms = [most]
        if self.pace.per_minute:
            rooms.append(self.pace.per_minute - self.used.total())
        rooms += [
            share(quota, urgency) - self.used_of_quota[span] for span, quota in self.pace.quotas.items()
        ]
        return max(0, min(rooms))

    @property
    def full_domains(self) -> list[str]:
        """Those that get nothing more in this minute."""
        limit = self.pace.per_domain
        return sorted(domain for domain, used in self.used.items() if limit and used >= limit)

    def chosen(self, candidates: Iterable[tuple[int, str]], limit: int) -> list[int]:
        """The first ids that fit, counted as used."""
        ids: list[int] = []
        for email_id, domain in candidates:
            if len(ids) == limit:
                break
            if not self.pace.per_domain or self.used[domain] < self.pace.per_domain:
                self.used[domain] += 1
                ids.append(email_id)
        for span in self.used_of_quota:
            self.used_of_quota[span] += len(ids)
        return ids


def share(quota: int, urgency: Urgency) -> int:
    """How much of a quota may be used before a mail of this class waits: a message to everybody leaves some of it."""
    return quota if urgency is Urgency.AT_ONCE else quota - quota // RESERVE


def room(pace: Pace, *, now: datetime) -> PaceRoom:
    """The room there is; on PostgreSQL it stays ours until the transaction ends."""
    if pace == FREE:
        return PaceRoom(pace)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:workers)"), {"workers": WORKERS_LOCK})
    used = _used_by_domain(now) if pace.has_minute else Counter[str]()
    return PaceRoom(pace, used, {span: _used(span, now) for span in pace.quotas})


def free_at(pace: Pace, urgency: Urgency, *, now: datetime) -> datetime | None:
    """Since when, or from when on, the quotas let the next mail of this class leave; None when they were never used up."""
    return max(_ends(pace, urgency, now), default=None)


def _ends(pace: Pace, urgency: Urgency, now: datetime) -> Iterator[datetime]:
    # the window has room again once the last mail but so many is older than it
    latest = select(Email.attempted_at).where(Email.attempted_at <= now + MOMENT)
    latest = latest.order_by(Email.attempted_at.desc(), Email.id.desc()).limit(1)
    for span, quota in pace.quotas.items():
        at = db.session.scalar(latest.offset(share(quota, urgency) - 1))
        if at is not None:
            yield at + span


def _tried(span: timedelta, now: datetime) -> tuple[ColumnElement[bool], ...]:
    # a mail that a clock ahead has tried would be counted until that time comes
    return (
        Email.attempted_at > now - span,
        Email.attempted_at <= now + MOMENT,
        Email.state != MailState.SENDING,
    )


def _used(span: timedelta, now: datetime) -> int:
    tried = select(func.count()).select_from(Email).where(*_tried(span, now)).scalar_subquery()
    held = select(func.count()).select_from(Email).where(is_in(MailState.SENDING)).scalar_subquery()
    return db.session.scalar(select(tried + held)) or 0


def _used_by_domain(now: datetime) -> Counter[str]:
    # each by its own index
    tried = select(Email.domain).where(*_tried(MINUTE, now))
    counted = union_all(tried, select(Email.domain).where(is_in(MailState.SENDING))).subquery()
    rows: Sequence[tuple[str, int]] = [
        (domain, used)
        for domain, used in db.session.execute(
            select(counted.c.domain, func.count()).group_by(counted.c.domain).order_by(counted.c.domain)
        )
    ]
    return Counter(dict(rows))
