"""The figures of a cycle, asked of the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from webinars.attendance.models import Attendance, Conclusion, Headcount
from webinars.attendance.waiting import waiting_in_cycle
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.counting import counted_by
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import SessionState
from webinars.extensions import db
from webinars.registration.models import Registrant, Registration, Status

PRESENT = Attendance.conclusion == Conclusion.PRESENT
CONFIRMED = Registration.status == Status.CONFIRMED


def cycle_counts(cycle: Cycle, *, now: datetime) -> CycleCounts:
    """Every figure of the sessions that have begun and were not cancelled."""
    dated = _sessions(cycle)
    begun = [session for session in dated if session.has_started(now)]
    ids = [session.id for session in begun]
    return CycleCounts(
        sessions=tuple(_session_counts(begun, ids)),
        loyalty=_loyalty(ids),
        types=_people_by(Registrant.structure_type, ids),
        functions=_people_by(Registrant.function, ids),
        departments=_people_by(Registrant.department, ids),
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
    registered = counted_by(
        select(Registration.session_id, func.count()).where(Registration.session_id.in_(ids), CONFIRMED)
    )
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


def _presence(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Per session: people present with a confirmed registration, and without one."""
    holds_place = and_(
        Registration.session_id == Attendance.session_id,
        Registration.registrant_id == Attendance.registrant_id,
        CONFIRMED,
    )
    return (
        select(
            Attendance.session_id,
            func.sum(case((and_(PRESENT, Registration.id.is_not(None)), 1), else_=0)).label(
                "present_registered"
            ),
            func.sum(case((and_(PRESENT, Registration.id.is_(None)), 1), else_=0)).label("walk_ins"),
        )
        .join(Registration, holds_place, isouter=True)
        .where(Attendance.session_id.in_(ids))
        .group_by(Attendance.session_id)
        .order_by(Attendance.session_id)
    )


def _loyalty(ids: list[int]) -> dict[int, int]:
    per_person = (
        select(func.count().label("sessions"))
        .where(Attendance.session_id.in_(ids), PRESENT)
        .group_by(Attendance.registrant_id)
        .subquery()
    )
    times = per_person.c.sessions
    counted = db.session.execute(select(times, func.count()).group_by(times).order_by(times))
    return dict(counted.all())


def _people_by(answer: ColumnElement[str] | Any, ids: list[int]) -> dict[str, int]:
    """Different people present at least once, by one of their answers."""
    came = select(Attendance.registrant_id).where(Attendance.session_id.in_(ids), PRESENT).distinct()
    wanted = select(answer, func.count()).where(Registrant.id.in_(came)).group_by(answer).order_by(answer)
    return {code or "NR": people for code, people in db.session.execute(wanted)}


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
    status: str
    conclusion: str
    seconds: int | None
    match: str


def participants(cycle: Cycle) -> Iterator[ParticipantRow]:
    """Everybody who registered for, or was seen at, a session: by session, then name; streamed."""
    for slug, person, status, conclusion, seconds, match in db.session.execute(_pairs(cycle)):
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
            status=status or "",
            conclusion=conclusion or "",
            seconds=seconds,
            match=match or "",
        )


def _pairs(cycle: Cycle) -> Select[*tuple[Any, ...]]:
    """Each person and session that have to do with each other, with what is known of both."""
    latest, registered, seen = _latest_registration(), aliased(Registration), aliased(Attendance)
    pairs = (
        select(Registration.session_id, Registration.registrant_id)
        .union(select(Attendance.session_id, Attendance.registrant_id))
        .subquery()
    )
    of_pair = and_(latest.c.session_id == Session.id, latest.c.registrant_id == Registrant.id)
    return (
        select(Session.slug, Registrant, registered.status, seen.conclusion, seen.seconds, seen.match)
        .select_from(pairs)
        .join(Session, Session.id == pairs.c.session_id)
        .join(Registrant, Registrant.id == pairs.c.registrant_id)
        .join(latest, of_pair, isouter=True)
        .join(registered, registered.id == latest.c.id, isouter=True)
        .join(seen, and_(seen.session_id == Session.id, seen.registrant_id == Registrant.id), isouter=True)
        .where(Session.cycle_id == cycle.id)
        .order_by(Session.starts_at, Session.id, Registrant.last_name, Registrant.first_name, Registrant.id)
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
