"""How fast mail may leave, on all workers together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, union_all

from webinars.clock import MOMENT
from webinars.outbox.models import Email, MailState, is_in
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)
TURN = 0x6D61696C  # "mail": the advisory lock under which workers count


@dataclass(frozen=True, slots=True)
class Pace:
    """Attempts allowed in a minute, in all and to one domain; 0 is no limit."""

    per_minute: int = 0
    per_domain: int = 0

    @property
    def is_free(self) -> bool:
        """Whether there is nothing to count."""
        return not (self.per_minute or self.per_domain)


FREE = Pace()


@dataclass(slots=True)
class PaceRoom:
    """What may still leave in this minute."""

    pace: Pace
    used: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int | None:
        """How many more in all; None without a limit."""
        return max(0, self.pace.per_minute - self.used.total()) if self.pace.per_minute else None

    @property
    def full_domains(self) -> list[str]:
        """Those that get nothing more in this minute."""
        limit = self.pace.per_domain
        return sorted(domain for domain, used in self.used.items() if limit and used >= limit)

    def chosen(self, candidates: Iterable[tuple[int, str]], limit: int) -> list[int]:
        """The first ids that fit, counted as used."""
        ids: list[int] = []
        for email_id, domain in candidates:
            if len(ids) == limit or self.left == 0:
                break
            if not self.pace.per_domain or self.used[domain] < self.pace.per_domain:
                self.used[domain] += 1
                ids.append(email_id)
        return ids


def room(pace: Pace, *, now: datetime) -> PaceRoom:
    """The room of this minute; on PostgreSQL it stays ours until the transaction ends."""
    if pace.is_free:
        return PaceRoom(pace)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    # each by its own index
    # a mail that a clock ahead has tried would be counted until that time comes
    lately = Email.attempted_at > now - MINUTE, Email.attempted_at <= now + MOMENT
    tried = select(Email.domain).where(*lately, Email.state != MailState.SENDING)
    counted = union_all(tried, select(Email.domain).where(is_in(MailState.SENDING))).subquery()
    rows: Sequence[tuple[str, int]] = [
        (domain, used)
        for domain, used in db.session.execute(
            select(counted.c.domain, func.count()).group_by(counted.c.domain).order_by(counted.c.domain)
        )
    ]
    return PaceRoom(pace, Counter(dict(rows)))
