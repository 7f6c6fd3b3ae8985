"""Somebody decides what a doubtful line is; the decision can be taken back, and serves the next sessions of the cycle."""

from collections.abc import Sequence
from datetime import datetime

from webinars.actors import Actor
from webinars.attendance import queries
from webinars.attendance.actions import forget_walk_ins, somebody_new
from webinars.attendance.conclusion import conclude_session
from webinars.attendance.imports.actions import silence, testify
from webinars.attendance.matching.line_kinds import LineKind
from webinars.attendance.matching.matcher import MatchMethod
from webinars.attendance.matching.shown_names import name_key
from webinars.attendance.models import Alias, Decision, Headcount, ReportLine
from webinars.cycles.models import Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.registration.identity import Identity
from webinars.registration.models import Registrant
from webinars.registration.search import has_namesake, is_somebodys_name
from webinars.storage.extensions import db

DEEDS = {
    Decision.MATCHED: Deed.LINE_MATCHED,
    Decision.WALK_IN: Deed.LINE_WALK_IN,
    Decision.HEADCOUNT: Deed.LINE_HEADCOUNT,
    Decision.IGNORED: Deed.LINE_IGNORED,
    Decision.TEAM: Deed.LINE_TEAM,
}


def decide_person(
    line: ReportLine, session: Session, people: Sequence[Registrant], *, by: Actor, now: datetime
) -> None:
    """The line is these people; the next sessions of the cycle remember it when it is one."""
    before = _start_again(line, by=by, now=now)
    _decide(line, Decision.MATCHED, by=by, now=now)
    testify(line, [person.id for person in people], session, match=MatchMethod.HAND, by=by, now=now)
    if len(people) == 1 and not line.email and not has_namesake(people[0]):
        _remember(line, session.cycle_id, people[0], now=now)
    _conclude(line, session, before, by=by, now=now)


def decide_walk_in(
    line: ReportLine, session: Session, identity: Identity, *, by: Actor, now: datetime
) -> Registrant:
    """Somebody who had not registered; an address known in the cycle is that same person."""
    before = _start_again(line, by=by, now=now)
    _decide(line, Decision.WALK_IN, by=by, now=now)
    person = somebody_new(session, identity, email=line.email, now=now)
    testify(line, [person.id], session, match=line.match or MatchMethod.HAND, by=by, now=now)
    _conclude(line, session, before, by=by, now=now)
    return person


def decide_headcount(line: ReportLine, session: Session, people: int, *, by: Actor, now: datetime) -> None:
    """So many people sat behind this connection, without names."""
    before = _start_again(line, by=by, now=now)
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
    _conclude(line, session, before, by=by, now=now)


def decide_nobody(line: ReportLine, session: Session, *, by: Actor, now: datetime) -> None:
    """The line counts nowhere."""
    before = _start_again(line, by=by, now=now)
    _decide(line, Decision.IGNORED, by=by, now=now)
    _conclude(line, session, before, by=by, now=now)


def decide_team(line: ReportLine, session: Session, *, by: Actor, now: datetime) -> None:
    """Somebody who runs the session, counted nowhere; the next reports of the cycle know them by their address or name."""
    before = _start_again(line, by=by, now=now)
    _decide(line, Decision.TEAM, by=by, now=now)
    if line.email or _tells_a_person(line, session.cycle_id):
        _remember(line, session.cycle_id, None, now=now)
    _conclude(line, session, before, by=by, now=now)


def take_back(line: ReportLine, session: Session, *, by: Actor, now: datetime) -> None:
    """The decision no longer holds: the line is again what the rules made of it. Idempotent."""
    if line.decided_at is None:
        return
    before = _start_again(line, by=by, now=now)
    line.decision, line.decided_at, line.decided_by = line.proposed, None, None
    note(
        Deed.LINE_TAKEN_BACK,
        session.cycle.organisation_id,
        session.subject,
        by=by,
        now=now,
        detail=line.public_id,
    )
    testify(line, queries.proposed_ids(line), session, match=line.match, by=by, now=now)
    _conclude(line, session, before, by=by, now=now)


def _start_again(line: ReportLine, *, by: Actor, now: datetime) -> set[int]:
    """Takes back what was decided; says whom it was about."""
    queries.hold(line.report.session)
    people = {person.id for person in queries.people_told_by(line)}
    silence(line, by=by, now=now)
    if line.decision is Decision.WALK_IN:
        line.decision = line.proposed
        _conclude(line, line.report.session, people, by=line.report.imported_by, now=line.report.imported_at)
        forget_walk_ins(sorted(people))
    return people


def _conclude(line: ReportLine, session: Session, before: set[int], *, by: Actor, now: datetime) -> None:
    """Concludes anew whom the line was about, is about, or may be about: it says nothing of the others."""
    db.session.flush()
    told = {person.id for person in queries.people_told_by(line)}
    maybe = {one.registrant_id for one in queries.candidates_of(line)}
    conclude_session(session, among=sorted(before | told | maybe), by=by, now=now)


def _decide(line: ReportLine, decision: Decision, *, by: Actor, now: datetime) -> None:
    line.decision, line.decided_at, line.decided_by = decision, now, by
    note(
        DEEDS[decision],
        line.report.session.cycle.organisation_id,
        line.report.session.subject,
        by=by,
        now=now,
        detail=line.public_id,
    )


def _tells_a_person(line: ReportLine, cycle_id: int) -> bool:
    """Whether the name of the line is no device, room or number, and nobody's of the cycle."""
    names_a_person = line.kind in (None, LineKind.PERSON)
    return names_a_person and not is_somebodys_name(cycle_id, name_key(line.name))


def _remember(line: ReportLine, cycle_id: int, person: Registrant | None, *, now: datetime) -> None:
    name = name_key(line.name)
    if name or line.email:
        db.session.add(
            Alias(
                report_line_id=line.id,
                cycle_id=cycle_id,
                folded_name=name,
                email=line.email,
                registrant_id=person.id if person else None,
                decided_at=now,
            )
        )
