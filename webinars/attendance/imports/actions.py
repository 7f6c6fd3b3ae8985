"""A report enters a session at once or not at all; every import can be undone."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update

from webinars.attendance import queries
from webinars.attendance.actions import forget_walk_in
from webinars.attendance.conclusion import conclude_session
from webinars.attendance.imports.preparation import Prepared, basis_of, prepare_report
from webinars.attendance.imports.preview import Preview
from webinars.attendance.imports.uploads import digest_of
from webinars.attendance.journal_entries import note_at
from webinars.attendance.matching.matcher import Match, Outcome
from webinars.attendance.models import Alias, Decision, Evidence, EvidenceKind, Headcount, Report, ReportLine
from webinars.attendance.reports.connections import UNANSWERED, Answers
from webinars.attendance.reports.presence import seconds_present
from webinars.attendance.stored_connections import kept
from webinars.cycles.models import Session
from webinars.journal.deeds import Deed
from webinars.storage.extensions import db

DECISIONS = {
    Outcome.TEAM: Decision.TEAM,
    Outcome.MATCHED: Decision.MATCHED,
    Outcome.REVIEW: Decision.REVIEW,
    Outcome.UNMATCHED: Decision.UNMATCHED,
}


def apply_report(
    session: Session,
    content: bytes,
    *,
    file_name: str,
    by: str,
    now: datetime,
    answers: Answers = UNANSWERED,
    prepared: Prepared | None = None,
) -> Report:
    """Records the report; the same file again changes nothing and gives the report already there.

    What was prepared before the session was held is used as long as nothing it rests on has changed.
    """
    queries.hold(session)
    digest = digest_of(content)
    known = queries.same_report(session, digest)
    if known is not None:
        return known
    if prepared is None or prepared.basis != basis_of(session):
        prepared = prepare_report(session, content, answers=answers)
    seen = prepared.preview
    report = _kept(session, digest, file_name, seen, by=by, now=now)
    for one in seen.matches:
        _keep_line(report, one, seen, session, by=by, now=now)
    db.session.flush()
    conclude_session(session, by=by, now=now)
    note_at(Deed.REPORT_IMPORTED, session, by=by, now=now, detail=report.public_id)
    return report


def _kept(session: Session, digest: str, file_name: str, seen: Preview, *, by: str, now: datetime) -> Report:
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
    for registrant_id in dict.fromkeys(people):
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
    silence(lines, by=by, now=now)
    report.undone_at, report.undone_by = now, by
    note_at(Deed.IMPORT_UNDONE, session, by=by, now=now, detail=report.public_id)
    db.session.flush()
    conclude_session(session, by=by, now=now)
    for person in walk_ins:
        forget_walk_in(person)


def silence(lines: Iterable[ReportLine], *, by: str, now: datetime) -> None:
    """These lines say nothing any more, about anybody, and serve no later session; headcounts stay, withdrawn."""
    ids = [line.id for line in lines]
    db.session.execute(delete(Evidence).where(Evidence.report_line_id.in_(ids)))
    db.session.execute(delete(Alias).where(Alias.report_line_id.in_(ids)))
    db.session.execute(
        update(Headcount)
        .where(Headcount.report_line_id.in_(ids), Headcount.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=by)
    )
