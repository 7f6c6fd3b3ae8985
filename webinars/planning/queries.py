"""What organisers ask about their cycles."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, case, exists, func, or_, select

from webinars.accounts.models import Organisation
from webinars.attendance.models import Attendance, Conclusion, Headcount
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.journal.models import JournalEntry
from webinars.journal.subjects import SubjectType
from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.team import is_in, team_of
from webinars.storage.extensions import counted_by, db

PAGE = 25
WORKED_ON = (CycleState.DRAFT, CycleState.PUBLISHED, CycleState.CLOSED)


def waiting_counts(session_ids: Sequence[int]) -> dict[int, int]:
    """How many wait for a seat, by session."""
    return counted_by(
        select(Registration.session_id, func.count()).where(
            Registration.session_id.in_(session_ids), Registration.state == RegistrationState.WAITLISTED
        )
    )


def has_people(cycle: Cycle) -> bool:
    """Whether somebody has ever signed up for it, be it that they withdrew since."""
    return bool(db.session.scalar(select(exists().where(Registrant.cycle_id == cycle.id))))


def is_untouched(cycle: Cycle) -> bool:
    """Whether the cycle is a draft as it was created: nobody did anything about it since, or signed up."""
    sessions = select(Session.id).where(Session.cycle_id == cycle.id)
    about_it = or_(
        and_(JournalEntry.subject_type == SubjectType.CYCLE, JournalEntry.subject_id == cycle.id),
        and_(JournalEntry.subject_type == SubjectType.SESSION, JournalEntry.subject_id.in_(sessions)),
    )
    is_touched = exists().where(about_it, JournalEntry.at > cycle.created_at)
    return (
        cycle.state is CycleState.DRAFT
        and not has_people(cycle)
        and not db.session.scalar(select(is_touched))
    )


def has_registrations(session: Session) -> bool:
    """Whether somebody has ever held the session or waited for it."""
    return bool(db.session.scalar(select(exists().where(Registration.session_id == session.id))))


def attendance_counts(cycle_ids: Sequence[int]) -> dict[int, int]:
    """How many participations were recorded, unnamed people included and the team left out, by cycle."""
    of_cycles = Session.cycle_id.in_(cycle_ids)
    seen = _present(Attendance.session_id == Session.id, beside=Session)
    team = team_of(of_cycles)
    seen_of_team = _present(is_in(team, Attendance.session_id, Attendance.registrant_id), beside=team)
    unnamed = select(func.coalesce(func.sum(Headcount.people), 0)).where(
        Headcount.session_id == Session.id, Headcount.withdrawn_at.is_(None)
    )
    everybody = func.sum(seen + unnamed.correlate(Session).scalar_subquery())
    by_cycle = select(Session.cycle_id)
    found = Counter(counted_by(by_cycle.add_columns(everybody).where(of_cycles)))
    found.subtract(
        counted_by(by_cycle.add_columns(func.sum(seen_of_team)).join(team, team.c.session_id == Session.id))
    )
    return {cycle: people for cycle, people in found.items() if people}


def _present(which: ColumnElement[bool], *, beside: Any) -> ScalarSelect[int]:
    """How many were present, counted for each row: of many at once PostgreSQL would rather read those of all cycles."""
    counted = select(func.count()).where(which, Attendance.conclusion == Conclusion.PRESENT)
    return counted.correlate(beside).scalar_subquery()


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The dates of a cycle at a glance."""

    sessions: int = 0
    undated: int = 0
    first_at: datetime | None = None
    next_at: datetime | None = None  # of what is still to come or under way
    last_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether every session has ended."""
        return bool(self.sessions) and not self.undated and self.last_at is not None and self.last_at <= now


def spans(cycle_ids: Sequence[int], now: datetime) -> dict[int, DateSpan]:
    """The dates of each cycle; cancelled sessions are left out."""
    coming = case((Session.ends_at > now, Session.starts_at))
    rows = db.session.execute(
        select(
            Session.cycle_id,
            func.count(),
            func.sum(case((Session.starts_at.is_(None), 1), else_=0)),
            func.min(Session.starts_at),
            func.min(coming),
            func.max(Session.ends_at),
        )
        .where(Session.cycle_id.in_(cycle_ids), Session.state == SessionState.SCHEDULED)
        .group_by(Session.cycle_id)
        .order_by(Session.cycle_id)
    )
    return {
        cycle: DateSpan(count, int(undated), first, following, last)
        for cycle, count, undated, first, following, last in rows
    }


def cycles_asked(organisation: Organisation, *, words: str = "", archived: bool = False) -> Select[Cycle]:
    """The organisation's cycles whose title holds the words, the latest dates first, drafts without date on top."""
    first = (
        select(func.max(Session.starts_at))
        .where(Session.cycle_id == Cycle.id)
        .correlate(Cycle)
        .scalar_subquery()
    )
    asked = (
        select(Cycle)
        .where(Cycle.organisation_id == organisation.id)
        .where((Cycle.state == CycleState.ARCHIVED) if archived else Cycle.state.in_(WORKED_ON))
        .order_by(first.is_(None).desc(), first.desc(), Cycle.id.desc())
    )
    return asked.where(Cycle.title.icontains(words, autoescape=True)) if words else asked


@dataclass(frozen=True, slots=True)
class CancellationCounts:
    """What would be cancelled with a cycle."""

    sessions: int
    under_way: int  # of these sessions
    messages: int  # one for each place held or waited for
    told: NotifiedCounts  # each once: with a seat, else waiting, else of the programme

    @property
    def to_come(self) -> int:
        """Sessions that have not begun."""
        return self.sessions - self.under_way


def loss_of(cycle: Cycle, *, now: datetime) -> CancellationCounts:
    """What of a cycle is not over yet, and who expects it."""
    coming = and_(
        Session.cycle_id == cycle.id,
        Session.state == SessionState.SCHEDULED,
        or_(Session.ends_at.is_(None), Session.ends_at > now),
    )
    has_begun = func.count(case((Session.starts_at <= now, 1)))
    sessions, under_way = db.session.execute(select(func.count(), has_begun).where(coming)).one()
    by_person = _people_expecting(coming)
    reached = [row for row in by_person if not row.is_returned]
    seated = sum(row.has_seat for row in reached)
    waiting = sum(row.waits and not row.has_seat for row in reached)
    returned_mail = len(by_person) - len(reached)
    told = NotifiedCounts(seated, waiting, returned_mail, len(reached) - seated - waiting)
    return CancellationCounts(sessions, under_way, sum(row.places for row in reached), told)


def _people_expecting(coming: ColumnElement[bool]) -> Sequence[Row[int, int, int, int]]:
    """Who expects one of these sessions, each person once, and how they stand to them together."""
    has_heard = or_(Registration.invitation_id.is_not(None), Registration.said.is_not(None))
    holds = and_(Registration.state == RegistrationState.CONFIRMED, has_heard)
    is_seated = and_(holds, Registration.contributes_as.is_(None))
    waits, returned = Registration.state == RegistrationState.WAITLISTED, returns_mail(Registrant.email_key)
    return db.session.execute(
        select(
            func.count().label("places"),
            _any(is_seated).label("has_seat"),
            _any(waits).label("waits"),
            _any(returned).label("is_returned"),
        )
        .select_from(Registration)
        .join(Registration.registrant)
        .join(Session, Session.id == Registration.session_id)
        .where(coming, or_(holds, waits))
        .group_by(Registration.registrant_id)
        .order_by(Registration.registrant_id)
    ).all()


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where it holds of one of a person's places."""
    return func.max(case((condition, 1), else_=0))
