"""The figures of a cycle, asked of the database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from webinars.attendance.models import Attendance, Conclusion, Headcount
from webinars.attendance.pending_lines import waiting_in_cycle
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import SessionState
from webinars.registration.identity import EXPORTED, NAMES, as_written
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.search import BY_NAME
from webinars.registration.team import is_in, team_of, without_team
from webinars.storage.extensions import counted_by, db
from webinars.words import typology

PRESENT = Attendance.conclusion == Conclusion.PRESENT
CONFIRMED = Registration.state == RegistrationState.CONFIRMED
TEAM = "team"
LOT = 1_000  # rows of an export that are in memory at once
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


ParticipantRow = Row[*tuple[Any, ...]]  # one person at one session, in the columns of the team's export


def participants(cycle_id: int) -> Iterator[Sequence[ParticipantRow]]:
    """Everybody who registered for, or was seen at, a session: by session, then name; many at a time, asked while they are read."""
    sessions = select(Session).where(Session.cycle_id == cycle_id).order_by(Session.starts_at, Session.id)
    for session in db.session.scalars(sessions).all():
        # one at a time: of the sessions of a cycle at once PostgreSQL expects too many, and reads those of all cycles;
        # of the connection, since these are columns: the session would look each row through for objects
        connection = db.session.connection()
        found = connection.execute(_those_at(session), execution_options={"yield_per": LOT})
        yield from found.partitions()


def _those_at(session: Session) -> Select[*tuple[Any, ...]]:
    """Each person who has to do with the session, with what is known of them and of both."""
    people, seen = _standings(session), aliased(Attendance)
    team = team_of(Session.id == session.id)
    was_seen = and_(seen.registrant_id == Registrant.id, seen.session_id == session.id)
    return (
        select(
            literal(session.slug),
            *_of_person(),
            *_of_both(team.c.registrant_id.is_not(None), people.c.state, seen),
        )
        .select_from(people)
        .join(
            Registrant,
            and_(Registrant.id == people.c.registrant_id, Registrant.cycle_id == session.cycle_id),
        )
        .join(seen, was_seen, isouter=True)
        .join(team, is_in(team, session.id, Registrant.id), isouter=True)
        .order_by(*BY_NAME)
    )


def _of_person() -> tuple[Any, ...]:
    return (
        Registrant.public_id,
        *(getattr(Registrant, one.name) for one in reversed(NAMES)),
        func.coalesce(Registrant.email, ""),
        *(as_written(one.name) for one in EXPORTED),
    )


def _of_both(
    is_team: ColumnElement[bool], state: ColumnElement[str], seen: type[Attendance]
) -> tuple[ColumnElement[Any], ...]:
    """Where they stand and whether they came, in the words of the table; of the team no more than that they are."""
    is_open = or_(is_team, seen.conclusion == Conclusion.UNKNOWN)
    return (
        case((is_team, TEAM), else_=state),
        case((is_open, ""), else_=func.coalesce(cast(seen.conclusion, String), "")),
        case((is_team, null()), else_=seen.seconds // 60),
        case((is_team, ""), else_=func.coalesce(seen.match, "")),
    )


def _standings(session: Session) -> Subquery:
    """Who is registered and who came without, with their state; of somebody who cancelled and came back, the latest."""
    later, held = aliased(Registration), aliased(Registration)
    is_later = exists().where(
        later.registrant_id == Registration.registrant_id,
        later.session_id == session.id,
        later.id > Registration.id,
    )
    is_registered = exists().where(
        held.registrant_id == Attendance.registrant_id, held.session_id == session.id
    )
    registered = select(Registration.registrant_id, cast(Registration.state, String).label("state"))
    came = select(Attendance.registrant_id, literal("").label("state"))
    return union_all(
        registered.where(Registration.session_id == session.id, ~is_later),
        came.where(Attendance.session_id == session.id, ~is_registered),
    ).subquery()
