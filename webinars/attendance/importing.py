"""A report enters a session: previewed, then applied at once or not at all; every import can be undone."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import delete, select

from webinars.attendance import queries
from webinars.attendance.actions import forget_walk_in
from webinars.attendance.concluding import conclude_session, threshold_of
from webinars.attendance.keeping import kept, occasion_of
from webinars.attendance.matching import Match, Outcome
from webinars.attendance.models import Alias, Decision, Evidence, EvidenceKind, Headcount, Report, ReportLine
from webinars.attendance.names import name_key
from webinars.attendance.people import KnownPerson, TeamMember
from webinars.attendance.preview import Preview, preview
from webinars.attendance.roster import Roster
from webinars.cycles.models import Session
from webinars.cycles.queries import contributors_of
from webinars.extensions import db
from webinars.registration.models import Registrant, Registration, Status
from webinars.registration.team import team_ids
from webinars.reports.connections import UNANSWERED, Answers
from webinars.reports.presence import seconds_present
from webinars.reports.reading import read_report

DECISIONS = {
    Outcome.TEAM: Decision.TEAM,
    Outcome.MATCHED: Decision.MATCHED,
    Outcome.REVIEW: Decision.REVIEW,
    Outcome.UNMATCHED: Decision.UNMATCHED,
}


def digest_of(content: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(content).hexdigest()


def by_id(person: Registrant) -> str:
    """How an import names people: by their row."""
    return str(person.id)


def preview_report(
    session: Session,
    content: bytes,
    *,
    answers: Answers = UNANSWERED,
    key: Callable[[Registrant], str] = by_id,
) -> Preview:
    """What importing the file would record; raises a ReportRefused, and stores nothing."""
    occasion = occasion_of(session)
    report = read_report(content, occasion, answers=answers)
    return preview(report, occasion, roster_of(session, key), threshold=threshold_of(session.cycle))


def roster_of(session: Session, key: Callable[[Registrant], str]) -> Roster:
    """Whom lines of the session's reports may be about: its registrants, its team, earlier decisions.

    Somebody of the team who also registered is known by what they wrote there too.
    """
    of_team, registered = team_ids(session), _registered(session)
    expected = [(person, active) for person, active in registered if person.id not in of_team]
    people = [
        KnownPerson(key(person), person.first_name, person.last_name, person.email or "", active)
        for person, active in expected
    ]
    names = {person.id: key(person) for person, _active in expected}
    declared = [
        TeamMember(member.name, member.email)
        for member in contributors_of([session]).get(session.id, [])
        if member.name or member.email
    ]
    team = declared + [
        TeamMember(person.name, person.email or "") for person, _active in registered if person.id in of_team
    ]
    decided = queries.aliases_of(session.cycle_id)
    aliases = {name: names[person] for name, person in decided.items() if person in names}
    return Roster(people, team, aliases)


def _registered(session: Session) -> list[tuple[Registrant, bool]]:
    """Everybody who registered for the session, and whether their registration still stands."""
    rows = db.session.execute(
        select(Registrant, Registration.status)
        .join(Registration, Registration.registrant_id == Registrant.id)
        .where(
            Registration.session_id == session.id,
            Registration.status.in_((Status.CONFIRMED, Status.WAITLISTED, Status.CANCELLED)),
        )
        .order_by(Registration.id)
    )
    standing: dict[int, tuple[Registrant, bool]] = {}
    for person, status in rows:
        known = standing.get(person.id)
        standing[person.id] = (person, status is Status.CONFIRMED or bool(known and known[1]))
    return list(standing.values())


def apply_report(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    by: str,
    now: datetime,
    answers: Answers = UNANSWERED,
) -> Report:
    """Records the report; the same file again changes nothing and gives the report already there."""
    queries.hold(session)
    digest = digest_of(content)
    known = queries.same_report(session, digest)
    if known is not None:
        return known
    seen = preview_report(session, content, answers=answers)
    report = Report(
        session_id=session.id,
        digest=digest,
        file_name=file_name[:200],
        tool=seen.report.tool,
        encoding=seen.report.encoding,
        delimiter=seen.report.delimiter,
        warnings=list(seen.notices),
        imported_at=now,
        imported_by=by,
    )
    db.session.add(report)
    for one in seen.matches:
        _keep_line(report, one, seen, session, by=by, now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)
    return report


def _keep_line(
    report: Report, one: Match, seen: Preview, session: Session, *, by: str, now: datetime
) -> None:
    line = ReportLine(
        report=report,
        number=one.presence.lines[0],
        name=one.name_to_keep[:300],
        email=one.presence.email[:254],
        seconds=seconds_present(one.connections, seen.occasion),
        connections=kept(one.connections),
        match=one.how or "",
        score=one.score,
        kind=one.kind or "",
        why=one.why or "",
        candidates=[[int(candidate.key), candidate.score] for candidate in one.candidates],
        proposed_people=[int(key) for key in one.keys],
        decision=DECISIONS[one.outcome],
        proposed=DECISIONS[one.outcome],
    )
    db.session.add(line)
    db.session.flush()
    testify(line, line.proposed_people, session, match=line.match, by=by, now=now)


def testify(
    line: ReportLine, people: Iterable[int], session: Session, *, match: str, by: str, now: datetime
) -> None:
    """The line is evidence about these people, from now on."""
    for registrant_id in people:
        db.session.add(
            Evidence(
                session_id=session.id,
                registrant_id=registrant_id,
                kind=EvidenceKind.REPORT,
                connections=line.connections,
                seconds=line.seconds,
                match=match,
                report_line_id=line.id,
                stated_at=now,
                stated_by=by,
            )
        )


def undo_report(session: Session, report: Report, *, by: str, now: datetime) -> None:
    """Takes the report and every decision about its lines back: all is as before the import."""
    queries.hold(session)
    lines = db.session.scalars(
        select(ReportLine).where(ReportLine.report_id == report.id).order_by(ReportLine.id)
    ).all()
    walk_ins = [
        person
        for line in lines
        if line.decision is Decision.WALK_IN
        for person in queries.people_told_by(line)
    ]
    ids = [line.id for line in lines]
    db.session.execute(delete(Headcount).where(Headcount.report_line_id.in_(ids)))
    db.session.execute(delete(Evidence).where(Evidence.report_line_id.in_(ids)))
    _forget_aliases(session, lines)
    report.undone_at, report.undone_by = now, by
    db.session.flush()
    conclude_session(session, by=by, now=now)
    for person in walk_ins:
        forget_walk_in(person)


def _forget_aliases(session: Session, lines: Iterable[ReportLine]) -> None:
    names = [name_key(line.name) for line in lines if line.decided_at is not None]
    db.session.execute(delete(Alias).where(Alias.cycle_id == session.cycle_id, Alias.folded_name.in_(names)))
