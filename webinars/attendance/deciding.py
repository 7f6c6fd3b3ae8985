"""Somebody decides what a doubtful line is; the decision can be taken back, and serves the next sessions of the cycle."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from webinars.attendance import queries
from webinars.attendance.actions import forget_walk_in, known_address
from webinars.attendance.concluding import conclude_session
from webinars.attendance.importing import testify
from webinars.attendance.models import (
    Alias,
    Decision,
    Evidence,
    Headcount,
    ReportLine,
)
from webinars.attendance.names import name_key
from webinars.cycles.models import Session
from webinars.extensions import db
from webinars.registration.finding import has_namesake
from webinars.registration.models import Registrant, Source

HAND = "hand"


def is_person(
    line: ReportLine, session: Session, people: Sequence[Registrant], *, by: str, now: datetime
) -> None:
    """The line is these people; the next sessions of the cycle remember it when it is one."""
    _start_again(line)
    _decide(line, Decision.MATCHED, by=by, now=now)
    testify(line, [person.id for person in people], session, match=HAND, by=by, now=now)
    if len(people) == 1 and not line.email:
        _remember(line, session.cycle_id, people[0], now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)


def is_walk_in(
    line: ReportLine,
    session: Session,
    *,
    first_name: str,
    last_name: str,
    structure: str = "",
    structure_type: str = "NR",
    by: str,
    now: datetime,
) -> Registrant:
    """Somebody who had not registered; an address known in the cycle is that same person."""
    _start_again(line)
    _decide(line, Decision.WALK_IN, by=by, now=now)
    person = known_address(session, line.email) or Registrant(
        cycle_id=session.cycle_id,
        email=line.email or None,
        email_key=line.email or None,
        first_name=first_name,
        last_name=last_name,
        structure=structure,
        structure_type=structure_type,
        source=Source.WALK_IN,
        created_at=now,
        changed_at=now,
    )
    db.session.add(person)
    db.session.flush()
    testify(line, [person.id], session, match=line.match or HAND, by=by, now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)
    return person


def is_headcount(line: ReportLine, session: Session, people: int, *, by: str, now: datetime) -> None:
    """So many people sat behind this connection, without names."""
    _start_again(line)
    _decide(line, Decision.HEADCOUNT, by=by, now=now)
    db.session.add(
        Headcount(
            session_id=session.id,
            people=people,
            label=line.name[:200],
            report_line_id=line.id,
            counted_at=now,
            counted_by=by,
        )
    )
    db.session.flush()
    conclude_session(session, by=by, now=now)


def is_nobody(line: ReportLine, session: Session, *, by: str, now: datetime) -> None:
    """The line counts nowhere."""
    _start_again(line)
    _decide(line, Decision.IGNORED, by=by, now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)


def take_back(line: ReportLine, session: Session, *, by: str, now: datetime) -> None:
    """The decision no longer holds: the line is again what the rules made of it."""
    _start_again(line)
    db.session.execute(
        delete(Alias).where(Alias.cycle_id == session.cycle_id, Alias.folded_name == name_key(line.name))
    )
    line.decision, line.decided_at, line.decided_by = line.proposed, None, None
    testify(line, line.proposed_people, session, match=line.match, by=by, now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)


def _start_again(line: ReportLine) -> None:
    """The line says nothing any more, about anybody."""
    queries.hold(line.report.session)
    people = queries.people_told_by(line)
    db.session.execute(delete(Evidence).where(Evidence.report_line_id == line.id))
    db.session.execute(delete(Headcount).where(Headcount.report_line_id == line.id))
    if line.decision is Decision.WALK_IN:
        line.decision = line.proposed
        db.session.flush()
        conclude_session(line.report.session, by="", now=line.report.imported_at)
        for person in people:
            forget_walk_in(person)


def _decide(line: ReportLine, decision: Decision, *, by: str, now: datetime) -> None:
    line.decision, line.decided_at, line.decided_by = decision, now, by


def _remember(line: ReportLine, cycle_id: int, person: Registrant, *, now: datetime) -> None:
    name = name_key(line.name)
    if not name or has_namesake(person):
        return
    alias = db.session.scalar(select(Alias).where(Alias.cycle_id == cycle_id, Alias.folded_name == name))
    if alias is None:
        alias = Alias(cycle_id=cycle_id, folded_name=name, decided_at=now, registrant_id=person.id)
        db.session.add(alias)
    alias.registrant_id, alias.decided_at = person.id, now
