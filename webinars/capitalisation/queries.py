"""The figures of a cycle, asked of the database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import aliased

from webinars import typology
from webinars.attendance.models import Attendance, Conclusion, Headcount
from webinars.attendance.waiting import waiting_in_cycle
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.counting import counted_by
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import SessionState
from webinars.extensions import db
from webinars.registration.finding import BY_NAME
from webinars.registration.models import Registrant, Registration, Status
from webinars.registration.team import is_in, team_of, without_team

PRESENT = Attendance.conclusion == Conclusion.PRESENT
CONFIRMED = Registration.status == Status.CONFIRMED
TEAM = "team"
Columns = TypeVarTuple("Columns")


def cycle_counts(cycle: Cycle, *, now: datetime) -> CycleCounts:
    """Every figure of the sessions that have begun and were not cancelled."""
    dated = _sessions(cycle)
    begun = [session for session in dated if session.has_started(now)]
    ids = [session.id for session in begun]
    types, functions, departments = _people_by_answers(ids)
    return CycleCounts(
        sessions=tuple(_session_counts(begun, ids)),
        loyalty=_loyalty(ids),
        types=types,
        functions=functions,
        departments=departments,
        waiting=waiting_in_cycle(cycle),
        coming=len(dated) - len(begun),
    )


def _sessions(cycle: Cycle) -> Sequence[Session]:
    wanted = (
        select(Session)
        .where(
            Session.cycle_id == cycle.id,
            Session.state == SessionState.SCHEDULED,
            Session.starts_at.is_not(None),
        )
        .order_by(Session.starts_at, Session.id)
    )
    return db.session.scalars(wanted).all()


def _session_counts(sessions: Sequence[Session], ids: list[int]) -> Iterator[SessionCounts]:
    registered = _registrations(ids)
    heads = counted_by(
        select(Headcount.session_id, func.sum(Headcount.people)).where(
            Headcount.session_id.in_(ids), Headcount.withdrawn_at.is_(None)
        )
    )
    present = {row.session_id: row for row in db.session.execute(_presence(ids))}
    for session in sessions:
        row = present.get(session.id)
        yield SessionCounts(
            session_id=session.id,
            slug=session.slug,
            title=session.title,
            day=session.local_start.date(),
            registrations=registered.get(session.id, 0),
            present_registered=row.present_registered if row else 0,
            walk_ins=row.walk_ins if row else 0,
            extra_headcount=heads.get(session.id, 0),
            is_recorded=row is not None or session.id in heads,
        )


def _registrations(ids: list[int]) -> dict[int, int]:
    """Per session: people with a confirmed registration, the team left out."""
    confirmed = select(Registration.session_id, func.count()).where(
        Registration.session_id.in_(ids), CONFIRMED
    )
    return counted_by(
        without_team(confirmed, Session.id.in_(ids), Registration.session_id, Registration.registrant_id)
    )


def _presence(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Per session: people present with a confirmed registration, and without one."""
    holds_place = and_(
        Registration.session_id == Attendance.session_id,
        Registration.registrant_id == Attendance.registrant_id,
        CONFIRMED,
    )
    counted = select(
        Attendance.session_id,
        func.sum(case((and_(PRESENT, Registration.id.is_not(None)), 1), else_=0)).label("present_registered"),
        func.sum(case((and_(PRESENT, Registration.id.is_(None)), 1), else_=0)).label("walk_ins"),
    ).join(Registration, holds_place, isouter=True)
    return _people(counted, ids).group_by(Attendance.session_id).order_by(Attendance.session_id)


def _people(asked: Select[*Columns], ids: list[int]) -> Select[*Columns]:
    """What is asked of attendance at these sessions, of people only."""
    of_sessions = asked.where(Attendance.session_id.in_(ids))
    return without_team(of_sessions, Session.id.in_(ids), Attendance.session_id, Attendance.registrant_id)


def _loyalty(ids: list[int]) -> dict[int, int]:
    per_person = (
        _people(select(func.count().label("sessions")).select_from(Attendance).where(PRESENT), ids)
        .group_by(Attendance.registrant_id)
        .subquery()
    )
    times = per_person.c.sessions
    counted = db.session.execute(select(times, func.count()).group_by(times).order_by(times))
    return dict(counted.all())


def _people_by_answers(ids: list[int]) -> Iterator[dict[str, int]]:
    """Different people present at least once, by each of their three answers: those who came are sought once."""
    answers = (Registrant.structure_type, Registrant.function, Registrant.department)
    came = _people(select(Attendance.registrant_id).where(PRESENT), ids).distinct()
    wanted = select(*answers, func.count()).where(Registrant.id.in_(came)).group_by(*answers)
    by_answer: tuple[Counter[str], ...] = tuple(Counter() for _ in answers)
    for *codes, people in db.session.execute(wanted.order_by(*answers)):
        for counted, code in zip(by_answer, codes, strict=True):
            counted[code or typology.UNKNOWN] += people
    return (dict(sorted(counted.items())) for counted in by_answer)


@dataclass(frozen=True)
class ParticipantRow:
    """One person at one session, as the team's export lists them."""

    session: str
    public_id: str
    last_name: str
    first_name: str
    email: str
    structure: str
    structure_type: str
    function: str
    department: str
    status: str  # of the registration; "team" for those who run the session
    conclusion: str
    seconds: int | None
    match: str


def participants(cycle_id: int) -> Iterator[ParticipantRow]:
    """Everybody who registered for, or was seen at, a session: by session, then name; streamed."""
    for slug, person, is_team, status, conclusion, seconds, match in db.session.execute(_pairs(cycle_id)):
        yield ParticipantRow(
            session=slug,
            public_id=person.public_id,
            last_name=person.last_name,
            first_name=person.first_name,
            email=person.email or "",
            structure=person.structure,
            structure_type=person.structure_type,
            function=person.function,
            department=person.department,
            status=TEAM if is_team else status or "",
            conclusion="" if is_team else conclusion or "",
            seconds=None if is_team else seconds,
            match="" if is_team else match or "",
        )


def _pairs(cycle_id: int) -> Select[*tuple[Any, ...]]:
    """Each person and session that have to do with each other, with what is known of both."""
    latest, registered, seen = _latest_registration(), aliased(Registration), aliased(Attendance)
    pairs = (
        select(Registration.session_id, Registration.registrant_id)
        .union(select(Attendance.session_id, Attendance.registrant_id))
        .subquery()
    )
    team = team_of(Session.cycle_id == cycle_id)
    is_team = team.c.registrant_id.is_not(None)
    of_pair = and_(latest.c.session_id == Session.id, latest.c.registrant_id == Registrant.id)
    return (
        select(
            Session.slug, Registrant, is_team, registered.status, seen.conclusion, seen.seconds, seen.match
        )
        .select_from(pairs)
        .join(Session, Session.id == pairs.c.session_id)
        .join(Registrant, Registrant.id == pairs.c.registrant_id)
        .join(latest, of_pair, isouter=True)
        .join(registered, registered.id == latest.c.id, isouter=True)
        .join(seen, and_(seen.session_id == Session.id, seen.registrant_id == Registrant.id), isouter=True)
        .join(team, is_in(team, Session.id, Registrant.id), isouter=True)
        .where(Session.cycle_id == cycle_id)
        .order_by(Session.starts_at, Session.id, *BY_NAME)
        .execution_options(yield_per=500)
    )


def _latest_registration() -> Any:
    """Of somebody who cancelled and came back, the registration made last."""
    return (
        select(
            func.max(Registration.id).label("id"),
            Registration.session_id,
            Registration.registrant_id,
        )
        .group_by(Registration.session_id, Registration.registrant_id)
        .subquery()
    )
