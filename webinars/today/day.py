"""What the day holds, and what waits for the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.messages.models import Message
from webinars.planning.queries import WORKED_ON, DateSpan, attendance_counts, spans, waiting_counts
from webinars.planning.updates.overview import WaitingUpdate, pending_in
from webinars.registration.own_page.room import OPENS_BEFORE
from webinars.registration.queries import people_counts
from webinars.registration.seats import Seats, seats_of
from webinars.today import queries
from webinars.today.queries import CycleMail, MailSummary, PastSession
from webinars.words.dates import hour_words
from webinars.words.numbers import spelled

MOST_COMING = 40
MOST_PAST = 40
MOST_CYCLES = 10
SOON = timedelta(hours=3)
DAY = timedelta(days=1)


class Phase(StrEnum):
    """Where a session of the day stands."""

    LATER = "later"
    OPEN = "open"  # its room is: from a quarter of an hour before the start to the end
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the page of today shows."""

    date: date
    now: datetime
    zone: str
    today: Sequence[Session]  # that visitors know, those that are over last
    coming: Sequence[Session]
    cycles: Sequence[Cycle]
    spans: dict[int, DateSpan]
    seats: dict[int, Seats]
    waiting: dict[int, int]
    past: Sequence[PastSession]
    mail: Sequence[CycleMail]
    stuck: Sequence[Message]
    people: dict[int, int]
    attendances: dict[int, int]
    post: MailSummary
    updates: Sequence[WaitingUpdate]
    is_new: bool  # nothing was ever entered

    @property
    def next(self) -> Session | None:
        """The session to come when there is none today."""
        published = [session for session in self.coming if session.cycle.state is not CycleState.DRAFT]
        return published[0] if published else None

    @property
    def later(self) -> list[Session]:
        """What comes after today."""
        shown = self.today or ([self.next] if self.next else [])
        return [session for session in self.coming if session not in shown][:6]

    def phase(self, session: Session) -> Phase:
        """Where one of its sessions stands."""
        if session.is_over(self.now):
            return Phase.OVER
        is_open = session.starts_at is not None and session.starts_at - OPENS_BEFORE <= self.now
        return Phase.OPEN if is_open else Phase.LATER

    @property
    def lead(self) -> str:
        """What the day holds, in half a sentence: first what is under way, then what comes next."""
        under_way = [one for one in self.today if one.has_started(self.now) and not one.is_over(self.now)]
        to_come = [one for one in self.today if not one.has_started(self.now)]
        number = len(self.today)
        many = spelled(number).capitalize()
        if under_way:
            return ngettext(
                "One session is under way",
                "%(number)s sessions are under way",
                len(under_way),
                number=spelled(len(under_way)).capitalize(),
            )
        if to_come and (soon := time_until(to_come[0], self.now)):
            return _("A session %(time)s", time=soon)
        if to_come:
            return ngettext("One session today", "%(number)s sessions today", number, number=many)
        if number:
            return ngettext(
                "One session took place today",
                "%(number)s sessions took place today",
                number,
                number=many,
            )
        return _("No session today")


def day_of(organisation: Organisation, *, now: datetime) -> Day:
    """The day of an organisation, on its own clock."""
    today = now.astimezone(organisation.zone).date()
    begin, end = (datetime.combine(day, time(), organisation.zone) for day in (today, today + DAY))
    since = queries.sessions_since(organisation, begin, most=MOST_COMING)
    cycles = queries.cycles_in_work(organisation, most=MOST_CYCLES)
    ids = [cycle.id for cycle in cycles]
    return Day(
        date=today,
        now=now,
        zone=organisation.timezone,
        today=_held_before(end, since, now=now),
        coming=[one for one in since if one.cycle.state in WORKED_ON and not one.is_over(now)],
        cycles=cycles,
        spans=spans(ids, now),
        seats=seats_of(since),
        waiting=waiting_counts([session.id for session in since]),
        past=queries.sessions_with_work(organisation, now=now, most=MOST_PAST),
        mail=queries.mail_to_read(organisation, now=now),
        stuck=queries.stuck_messages(organisation),
        people=people_counts(ids),
        attendances=attendance_counts(ids),
        post=queries.post_of(organisation, now=now),
        updates=pending_in(organisation, now=now),
        is_new=not since and not cycles and not queries.has_cycles(organisation),
    )


def _held_before(end: datetime, sessions: Sequence[Session], *, now: datetime) -> list[Session]:
    known = (one for one in sessions if one.cycle.is_public and one.starts_at and one.starts_at < end)
    return sorted(known, key=lambda one: one.is_over(now))


def time_until(session: Session, now: datetime) -> str:
    """« dans 35 minutes », « en cours »; nothing when it is far or over."""
    if session.starts_at is None or session.is_over(now) or session.starts_at - now > SOON:
        return ""
    if session.has_started(now):
        return _("under way")
    minutes = max(1, round((session.starts_at - now).total_seconds() / 60))
    if minutes < 90:
        return ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
    return ngettext("in %(num)s hour", "in %(num)s hours", round(minutes / 60))


def until_words(session: Session) -> str:
    """« jusqu’à 11 h 30 »."""
    return _("until %(hour)s", hour=hour_words(session.local_end))
