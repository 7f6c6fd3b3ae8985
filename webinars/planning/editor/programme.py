"""The sessions of a cycle as its workspace lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from webinars.attendance.pending_lines import NONE, waiting_by_session
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import CycleState, Format
from webinars.planning import queries
from webinars.registration.queries import people_counts
from webinars.registration.seats import Seats, seats_of
from webinars.web.paging import Page, part_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One session, with what is known of its places."""

    session: Session
    seats: Seats
    waiting: int
    review: int
    now: datetime

    @property
    def lacks_link(self) -> bool:
        """Whether people could not join online; of a session without its date that alone is said."""
        session = self.session
        is_coming = session.is_dated and not session.is_cancelled and not session.is_over(self.now)
        return is_coming and session.format is not Format.ON_SITE and not session.join_url

    @property
    def state(self) -> tuple[str, str]:
        """The word for where it stands, and its tone."""
        session = self.session
        words = (
            (session.is_cancelled, _("Cancelled"), "bad"),
            (not session.is_dated, _("To be completed"), "warn"),
            (session.is_over(self.now), _("Past"), ""),
            (session.has_started(self.now), _("Under way"), "good"),
            (session.cycle.state is CycleState.DRAFT, _("Draft"), ""),
            (session.cycle.state is not CycleState.PUBLISHED, _("Registration closed"), ""),
            (self.seats.is_full, _("Full"), "warn"),
            (session.takes_registrations(self.now), _("Open"), "good"),
            (session.opens_at is not None and self.now < session.opens_at, _("Not open yet"), ""),
        )
        return next(((word, tone) for holds, word, tone in words if holds), (_("Registration closed"), ""))


@dataclass(frozen=True, slots=True)
class EditorProgramme:
    """All sessions of a cycle by date."""

    rows: Sequence[ProgrammeRow]
    people: int

    @property
    def sessions(self) -> list[Session]:
        """Its sessions, cancelled ones included."""
        return [row.session for row in self.rows]

    @property
    def review(self) -> int:
        """Lines of reports that wait for a decision."""
        return sum(row.review for row in self.rows)

    @property
    def missing(self) -> list[ProgrammeRow]:
        """Sessions that keep the cycle from being published."""
        return [row for row in self.rows if not row.session.is_dated and not row.session.is_cancelled]

    @property
    def under_way(self) -> int:
        """Sessions that have begun and not ended."""
        return sum(row.session.has_started(row.now) for row in self._not_over)

    @property
    def to_come(self) -> int:
        """Sessions that have not begun, those without a date too."""
        return len(self._not_over) - self.under_way

    @property
    def is_over(self) -> bool:
        """Whether every session has ended or was cancelled."""
        return bool(self._held) and not self._not_over

    @property
    def _held(self) -> list[ProgrammeRow]:
        return [row for row in self.rows if not row.session.is_cancelled]

    @property
    def _not_over(self) -> list[ProgrammeRow]:
        return [row for row in self._held if not row.session.is_over(row.now)]

    def row_of(self, session: Session) -> ProgrammeRow | None:
        """The row of one session."""
        return next((row for row in self.rows if row.session.id == session.id), None)

    def page(self, number: int | None) -> Page[ProgrammeRow]:
        """The page of that number; else the one with the next session to come, or the last."""
        if number is None:
            to_come = (index for index, row in enumerate(self.rows) if not row.session.is_over(row.now))
            number = next(to_come, len(self.rows)) // PAGE + 1
        return part_of(self.rows, page=number, per_page=PAGE)


def programme_of(cycle: Cycle, *, now: datetime) -> EditorProgramme:
    """The cycle's sessions with their places, in five queries whatever their number."""
    sessions = sessions_of(cycle)
    ids = [session.id for session in sessions]
    seats, waiting, review = seats_of(sessions), queries.waiting_counts(ids), waiting_by_session(ids)
    rows = [
        ProgrammeRow(
            session, seats[session.id], waiting.get(session.id, 0), review.get(session.id, NONE).total, now
        )
        for session in sessions
    ]
    return EditorProgramme(rows, people_counts([cycle.id]).get(cycle.id, 0))
