"""What the day holds, and what waits for the team: what harms people comes first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.accounts.models import Organisation
from webinars.attendance.pending_lines import NONE, Waiting, waiting_by_session
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, Format
from webinars.planning import queries
from webinars.planning.queries import Post, Span
from webinars.planning.updates.overview import WaitingUpdate, pending_in
from webinars.registration.queries import people_counts
from webinars.registration.seats import Seats, seats_of
from webinars.words.dates import date_words, hour_words, says_year, short_date

MOST_COMING = 40
MOST_PAST = 20
MOST_CYCLES = 10
MOST_WORK = 12
SOON = timedelta(hours=3)

Address = Callable[..., str]  # of a page: its endpoint, and the values in it


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits: how many of what, why it matters, where to act."""

    count: int
    noun: str
    consequence: str
    href: str
    verb: str


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the page of today shows."""

    date: date
    now: datetime
    zone: str
    coming: Sequence[Session]
    past: Sequence[Session]
    cycles: Sequence[Cycle]
    spans: dict[int, Span]
    seats: dict[int, Seats]
    waiting: dict[int, int]
    to_review: Sequence[Session]
    review: dict[int, Waiting]
    people: dict[int, int]
    attendances: dict[int, int]
    post: Post
    updates: Sequence[WaitingUpdate] = ()
    work: list[Work] = field(default_factory=list)

    @property
    def today(self) -> list[Session]:
        """Sessions of published cycles that begin or go on today."""
        return [
            session
            for session in self.coming
            if session.cycle.state is not CycleState.DRAFT and session.local_start.date() <= self.date
        ]

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


def day_of(organisation: Organisation, *, now: datetime, address: Address) -> Day:
    """The day of an organisation, on its own clock."""
    coming = queries.coming_sessions(organisation, now=now, most=MOST_COMING)
    past = queries.past_sessions(organisation, now=now, most=MOST_PAST)
    to_review = queries.sessions_to_review(organisation, most=MOST_PAST)
    cycles = queries.cycles_in_work(organisation, most=MOST_CYCLES)
    ids = [cycle.id for cycle in cycles]
    day = Day(
        date=now.astimezone(organisation.zone).date(),
        now=now,
        zone=organisation.timezone,
        coming=coming,
        past=past,
        cycles=cycles,
        spans=queries.spans(ids, now),
        seats=seats_of(coming),
        waiting=queries.waiting_counts([session.id for session in coming]),
        to_review=to_review,
        review=waiting_by_session([session.id for session in to_review]),
        people=people_counts(ids),
        attendances=queries.attendance_counts(ids),
        post=queries.post_of(organisation, now=now),
        updates=pending_in(organisation, now=now),
    )
    day.work.extend(list(_work(day, address))[:MOST_WORK])
    return day


def _work(day: Day, address: Address) -> Iterator[Work]:
    yield from _unsent(day, address)
    yield from _missing_links(day, address)
    yield from _full(day, address)
    yield from _to_review(day, address)
    yield from _undated(day, address)
    yield from _to_close(day, address)


def _unsent(day: Day, address: Address) -> Iterator[Work]:
    for update in day.updates:
        yield Work(
            update.told.people,
            _unsent_words(update),
            _(
                "%(title)s: the message leaves %(time)s to %(people)s.",
                title=update.session.title,
                time=update.leaves,
                people=update.told.words,
            ),
            address("planning.cycle", slug=update.session.cycle.slug),
            _("See"),
        )


def _unsent_words(update: WaitingUpdate) -> str:
    count = update.told.people
    if update.is_cancellation:
        return ngettext("person will hear of a cancellation", "people will hear of a cancellation", count)
    return ngettext("person will hear of a change", "people will hear of a change", count)


def _missing_links(day: Day, address: Address) -> Iterator[Work]:
    for session in day.coming:
        if (
            session.cycle.state is CycleState.PUBLISHED
            and session.format is not Format.ON_SITE
            and not session.join_url
        ):
            yield Work(
                1,
                _("video link missing"),
                _(
                    "%(title)s, %(day)s: nobody can join without it.",
                    title=session.title,
                    day=_day_words(session, day.date),
                ),
                address(
                    "planning.session", slug=session.cycle.slug, session_slug=session.slug, _anchor="join_url"
                ),
                _("Add the link"),
            )


def _full(day: Day, address: Address) -> Iterator[Work]:
    for session in day.coming:
        waiting = day.waiting.get(session.id, 0)
        if waiting and session.capacity is not None:
            yield Work(
                waiting,
                ngettext("person on the waitlist", "people on the waitlist", waiting),
                _(
                    "%(title)s is full. With %(seats)s seats all of them have one.",
                    title=session.title,
                    seats=day.seats[session.id].enough_for(waiting),
                ),
                address("planning.enlarge_session", slug=session.cycle.slug, session_slug=session.slug),
                _("Add seats"),
            )


def _to_review(day: Day, address: Address) -> Iterator[Work]:
    for session in day.to_review:
        waiting = day.review.get(session.id, NONE).total
        if waiting:
            yield Work(
                waiting,
                ngettext("line of a report to match", "lines of a report to match", waiting),
                _(
                    "%(title)s, %(day)s: the figures do not count them yet.",
                    title=session.title,
                    day=_day_words(session, day.date),
                ),
                address("review.next_line", slug=session.cycle.slug, session_slug=session.slug),
                _("Match"),
            )


def _undated(day: Day, address: Address) -> Iterator[Work]:
    for cycle in day.cycles:
        undated = day.spans.get(cycle.id, Span()).undated
        if undated:
            yield Work(
                undated,
                ngettext("date or hour missing", "dates or hours missing", undated),
                _("%(title)s stays a draft until then.", title=cycle.title),
                address("planning.cycle", slug=cycle.slug),
                _("Complete"),
            )


def _to_close(day: Day, address: Address) -> Iterator[Work]:
    over = [
        cycle
        for cycle in day.cycles
        if cycle.state is CycleState.PUBLISHED and day.spans.get(cycle.id, Span()).is_over(day.now)
    ]
    if len(over) == 1:
        yield Work(
            1,
            _("cycle to close"),
            _("%(title)s: its last session has taken place.", title=over[0].title),
            address("planning.change_state", slug=over[0].slug, step="close"),
            _("Close…"),
        )
    elif over:
        yield Work(
            len(over),
            _("cycles to close"),
            _("Their last session has taken place. Closing keeps the pages public and ends registration."),
            address("planning.cycles"),
            _("See the cycles"),
        )


def _day_words(session: Session, today: date) -> str:
    start = session.local_start
    return short_date(start, weekday=True, year=says_year([start], today=today))


def time_until(session: Session, now: datetime) -> str:
    """« dans 35 minutes », « en cours »; nothing when it is far."""
    if session.starts_at is None or session.starts_at - now > SOON:
        return ""
    if session.has_started(now):
        return _("under way")
    minutes = max(1, round((session.starts_at - now).total_seconds() / 60))
    if minutes < 90:
        return ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
    return ngettext("in %(num)s hour", "in %(num)s hours", round(minutes / 60))


def start_words(session: Session, today: date) -> str:
    """« aujourd’hui, 10 h », else the date."""
    start = session.local_start
    if start.date() == today:
        return _("today, %(hour)s", hour=hour_words(start))
    return date_words(start.date(), year=says_year([start], today=today))
