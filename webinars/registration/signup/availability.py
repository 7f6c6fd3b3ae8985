"""A session as visitors see it: whether one can still sign up, and how many places are left."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Contributor, Resource, Session
from webinars.cycles.queries import with_cycles
from webinars.cycles.states import CycleState
from webinars.registration.seats import Seats, seats_and_waiting
from webinars.words.dates import date_words, hour_words, says_year, short_date
from webinars.words.numbers import number_words


class SessionStanding(enum.StrEnum):
    """Where a session stands for whoever would like to come."""

    CANCELLED = "cancelled"
    PAST = "past"
    RUNNING = "running"
    UNDATED = "undated"
    LATER = "later"  # its registrations open later
    CLOSED = "closed"
    OPEN = "open"
    LAST = "last"
    LATE = "late"  # it runs, and still takes who comes late
    FULL = "full"


OPEN = (SessionStanding.OPEN, SessionStanding.LAST, SessionStanding.LATE, SessionStanding.FULL)
READINESS = (
    *OPEN,
    SessionStanding.LATER,
    SessionStanding.CLOSED,
    SessionStanding.UNDATED,
    SessionStanding.RUNNING,
    SessionStanding.PAST,
    SessionStanding.CANCELLED,
)
TONES = {
    SessionStanding.CANCELLED: "bad",
    SessionStanding.OPEN: "good",
    SessionStanding.LAST: "warn",
    SessionStanding.LATE: "warn",
    SessionStanding.FULL: "warn",
}


@dataclass(frozen=True, slots=True)
class PublicSession:
    """A session as a public programme shows it, with whether one can still sign up."""

    session: Session
    standing: SessionStanding
    seats: Seats
    now: datetime
    speakers: Sequence[Contributor] = field(default_factory=list)
    resources: Sequence[Resource] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether one may sign up for it, be it on its waitlist."""
        return self.standing in OPEN

    @property
    def is_to_come(self) -> bool:
        """Whether it will take place, whoever may still sign up."""
        return self.session.is_to_come(self.now)

    @property
    def has_seats(self) -> bool:
        """Whether whoever signs up for it now has a seat."""
        return self.standing in (SessionStanding.OPEN, SessionStanding.LAST, SessionStanding.LATE)

    @property
    def tone(self) -> str:
        """The tone its status is said in."""
        return TONES.get(self.standing, "")

    @property
    def words(self) -> str:
        """Its status, with the capacity: « 42 places sur 80 »."""
        if self.standing is SessionStanding.LATER and self.session.opens_at is not None:
            local = self.session.opens_at.astimezone(self.session.zone)
            return _("Registrations from %(day)s, %(hour)s", day=self._day(local), hour=hour_words(local))
        return self._counted(self.session.capacity)

    @property
    def short_words(self) -> str:
        """Its status, short: « 42 places »."""
        return _("Full, waiting list") if self.standing is SessionStanding.FULL else self._counted(None)

    def _counted(self, capacity: int | None) -> str:
        left = self.seats.left
        if left is None or self.standing not in (SessionStanding.OPEN, SessionStanding.LAST):
            return self._status_words
        if capacity is None:
            return _left(left, is_last=self.standing is SessionStanding.LAST)
        return _left_of(left, capacity, is_last=self.standing is SessionStanding.LAST)

    @property
    def _status_words(self) -> str:
        if self.standing is SessionStanding.LATER and self.session.opens_at is not None:
            return _(
                "Registrations from %(day)s",
                day=self._day(self.session.opens_at.astimezone(self.session.zone)),
            )
        if self.standing is SessionStanding.LATE:
            return _("Under way: sign up until %(hour)s", hour=self.until)
        words = {
            SessionStanding.CANCELLED: _("Cancelled"),
            SessionStanding.PAST: _("Past session"),
            SessionStanding.RUNNING: _("Taking place now"),
            SessionStanding.UNDATED: _("Date to be announced"),
            SessionStanding.CLOSED: _("Registrations closed"),
            SessionStanding.OPEN: "",
            SessionStanding.FULL: _("Full, waiting list open"),
        }
        return words[self.standing]

    @property
    def until(self) -> str:
        """The hour its registrations end at, on its own clock."""
        takes_until = self.session.takes_until
        return hour_words(takes_until.astimezone(self.session.zone)) if takes_until else ""

    def _day(self, local: datetime, *, weekday: bool = False) -> str:
        return short_date(local, weekday=weekday, year=self._says_year(local))

    def _says_year(self, local: datetime) -> bool:
        return says_year([local], today=self.now.astimezone(local.tzinfo))

    @property
    def says_more(self) -> bool:
        """Whether its status is worth a word in a list of dates: all but that it is open without a limit."""
        return self.standing is not SessionStanding.OPEN or self.seats.left is not None

    @property
    def note(self) -> str:
        """What one should know before ticking it: places, and until when."""
        words = (
            _("Full: you join the waiting list")
            if self.standing is SessionStanding.FULL
            else self.short_words
        )
        if self._closes is None:
            return words
        until = _(
            "until %(day)s, %(hour)s",
            day=self._day(self._closes, weekday=True),
            hour=hour_words(self._closes),
        )
        return f"{words}, {until}" if words else until

    @property
    def closing(self) -> str:
        """Until when one may sign up, as a sentence; nothing where that is until it begins, or its status says it."""
        if self._closes is None:
            return ""
        return _(
            "Registrations close on %(day)s, %(hour)s.",
            day=date_words(self._closes, weekday=False, year=self._says_year(self._closes)),
            hour=hour_words(self._closes),
        )

    @property
    def _closes(self) -> datetime | None:
        closes_at = self.session.closes_at
        if not self.is_open or self.standing is SessionStanding.LATE:
            return None
        if closes_at is None or closes_at == self.session.starts_at:
            return None
        return closes_at.astimezone(self.session.zone)


def as_public(sessions: Iterable[Session], *, now: datetime) -> list[PublicSession]:
    """These sessions as visitors see them, in the same order, in one query whatever their number."""
    found = with_cycles(sessions)
    seats = seats_and_waiting(found)
    return [
        PublicSession(session, standing_of(session, seats[session.id], now=now), seats[session.id], now)
        for session in found
    ]


def most_open(public_sessions: Mapping[int, PublicSession], sessions: Iterable[Session]) -> PublicSession:
    """The one that stands for all of these sessions: of those that take people most readily the first."""
    return min(
        (public_sessions[one.id] for one in sessions), key=lambda public: READINESS.index(public.standing)
    )


def standing_of(session: Session, seats: Seats, *, now: datetime) -> SessionStanding:
    """Where the session, which comes with its cycle, stands."""
    if session.is_cancelled:
        return SessionStanding.CANCELLED
    if not session.is_dated:
        return SessionStanding.UNDATED
    if session.has_started(now):
        return _begun(session, seats, now=now)
    if session.cycle.state is not CycleState.PUBLISHED:
        return SessionStanding.CLOSED
    if not session.takes_registrations(now):
        return (
            SessionStanding.LATER if session.opens_at and now < session.opens_at else SessionStanding.CLOSED
        )
    return _filled(seats)


def _begun(session: Session, seats: Seats, *, now: datetime) -> SessionStanding:
    if session.is_over(now):
        return SessionStanding.PAST
    takes_late = session.cycle.state is CycleState.PUBLISHED and session.takes_registrations(now)
    return SessionStanding.LATE if takes_late and seats.take_late else SessionStanding.RUNNING


def _filled(seats: Seats) -> SessionStanding:
    if seats.is_full:
        return SessionStanding.FULL
    return SessionStanding.LAST if seats.are_few else SessionStanding.OPEN


def _left(left: int, *, is_last: bool) -> str:
    if is_last:
        return ngettext("Last seat", "Last %(number)s seats", left, number=number_words(left))
    return ngettext("%(number)s seat left", "%(number)s seats left", left, number=number_words(left))


def _left_of(left: int, capacity: int, *, is_last: bool) -> str:
    number, whole = number_words(left), number_words(capacity)
    if is_last:
        return ngettext(
            "Last seat of %(capacity)s",
            "Last %(number)s seats of %(capacity)s",
            left,
            number=number,
            capacity=whole,
        )
    return ngettext(
        "%(number)s seat left of %(capacity)s",
        "%(number)s seats left of %(capacity)s",
        left,
        number=number,
        capacity=whole,
    )
