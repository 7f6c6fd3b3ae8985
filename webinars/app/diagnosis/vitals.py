"""Whether the instance does what it is there for: mail leaves, answers are read, workers live."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from config import Settings
from setting_values import PREFIX
from webinars.app.chores import CHORES, READING, SWEEP
from webinars.outbox.chores import Chore
from webinars.outbox.models import Pause, Trouble, Urgency
from webinars.outbox.queries import done_ats, pause_in_force
from webinars.outbox.queue import trouble
from webinars.outbox.queue.flow import Flow, QuotaHold, flow_of_mail
from webinars.outbox.queue.pace import pace_of
from webinars.replies.sources.mailboxes import configured


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is not well: a code that says nothing of figures, and a sentence that says what to do."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Vitals:
    """What can be seen of the instance at one moment."""

    at: datetime
    flow: Flow
    pause: Pause | None
    trouble: Trouble | None
    done_at: dict[str, datetime | None]  # of each chore that was ever begun
    reads_mailboxes: bool

    @property
    def swept_at(self) -> datetime | None:
        """When a worker last swept."""
        return self.done_at.get(SWEEP)

    @property
    def read_at(self) -> datetime | None:
        """When all mailboxes of the settings were last read."""
        return self.done_at.get(READING) if self.reads_mailboxes else None

    def is_stale(self, chore: Chore, bound: timedelta) -> bool:
        """Whether the chore was not done for so long; a time that is still to come says nothing."""
        done_at = self.done_at.get(chore.name)
        return done_at is None or abs(self.at - done_at) > bound


def vitals(settings: Settings, *, now: datetime) -> Vitals:
    """What is seen now, in a few small questions; raises SQLAlchemyError while the database is away."""
    return Vitals(
        at=now,
        flow=flow_of_mail(pace_of(settings), now=now),
        pause=pause_in_force(),
        trouble=trouble.in_force(),
        done_at=done_ats(),
        reads_mailboxes=bool(configured(settings)),
    )


def reasons(seen: Vitals, settings: Settings) -> list[Reason]:
    """All that is past the bounds of the settings, the heaviest first; empty when all is well."""
    return [*_of_mail(seen, settings), *_of_quota(seen.flow.held), *_of_chores(seen, settings)]


def _of_mail(seen: Vitals, settings: Settings) -> Iterator[Reason]:
    flow, refused = seen.flow, seen.trouble
    if refused is not None:
        yield Reason(
            "mail_refused_everywhere",
            f"Our mail is refused everywhere since {refused.since:%Y-%m-%d %H:%M} UTC: {refused.words}. Mend what the "
            "server says (sign-in, sender, a list we stand on), then `flask outbox resume` tries at once.",
        )
    least, percent = settings.health_refused_least, settings.health_refused_percent
    if flow.tried >= least and flow.refused * 100 >= percent * flow.tried:
        yield Reason(
            "mail_refused",
            f"{flow.refused} of {flow.tried} mails of the last hour were refused, put off or returned. Read why on the "
            "deliveries page; once it is mended, `flask outbox retry --failed --since 2h` sends again what failed.",
        )
    if flow.oldest_due_at is not None and flow.behind > timedelta(minutes=settings.health_late_minutes):
        since = f"A mail should have left at {flow.oldest_due_at:%Y-%m-%d %H:%M} UTC"
        if seen.pause is not None:
            yield Reason(
                "mail_paused", f"{since}, and mail is held back: `flask outbox resume` lets it leave."
            )
        else:
            yield Reason("mail_late", f"{since}. `flask outbox status` says what waits; is a worker running?")


def _of_quota(held: QuotaHold | None) -> Iterator[Reason]:
    if held is not None and held.urgency is Urgency.AT_ONCE:
        yield Reason(
            "mail_held_by_quota",
            f"The quota holds back mail that cannot wait, until {held.until:%Y-%m-%d %H:%M} UTC: raise "
            f"{PREFIX}MAIL_PER_HOUR or {PREFIX}MAIL_PER_DAY as far as your mail server allows.",
        )


def _of_chores(seen: Vitals, settings: Settings) -> Iterator[Reason]:
    bound, periods = timedelta(minutes=settings.health_sweep_minutes), settings.health_reading_periods
    for chore in CHORES:
        if chore.name == SWEEP and seen.is_stale(chore, bound):
            yield Reason(
                "sweep_late", f"No worker has swept for {bound}. Start one: `flask serve` or `flask worker`."
            )
        elif chore.name == READING and seen.reads_mailboxes and seen.is_stale(chore, chore.every * periods):
            yield Reason(
                "replies_late",
                f"The mailboxes of answers were not read for {chore.every * periods}. `flask doctor --deploy` tries them; "
                f"check {PREFIX}REPLIES_IMAP or {PREFIX}REPLIES_MAILDIR.",
            )
        elif chore.name in seen.done_at and seen.is_stale(chore, max(bound, chore.every * periods)):
            yield Reason(
                "chore_late", f"“{chore.name}” does not come to its end: the log says “chore failed” and why."
            )
