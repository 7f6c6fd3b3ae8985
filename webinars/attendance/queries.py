"""What can be asked about evidence, reports and conclusions."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from webinars.actors import Actor
from webinars.attendance.models import (
    Alias,
    Attendance,
    Conclusion,
    Decision,
    Evidence,
    EvidenceKind,
    Headcount,
    LineCandidate,
    LineProposal,
    Report,
    ReportLine,
    ReportState,
)
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.team import without_team
from webinars.storage.database import spelt_out
from webinars.storage.extensions import db

# how somebody stands at a session: of several registrations for it, the first of these says so
STANDINGS = (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.CANCELLED)


def conclusions_of(sessions: Sequence[Session]) -> dict[int, dict[Conclusion, int]]:
    """For each session, how many people stand under each conclusion, the team left out."""
    ids = [session.id for session in sessions]
    asked = select(Attendance.session_id, Attendance.conclusion, func.count()).where(
        Attendance.session_id.in_(ids)
    )
    counted = db.session.execute(
        without_team(asked, Session.id.in_(ids), Attendance.session_id, Attendance.registrant_id)
        .group_by(Attendance.session_id, Attendance.conclusion)
        .order_by(Attendance.session_id, Attendance.conclusion)
    )
    found: dict[int, dict[Conclusion, int]] = {session.id: {} for session in sessions}
    for session_id, conclusion, people in counted:
        found[session_id][conclusion] = people
    return found


def attendances_of(session: Session, among: Sequence[int] | None = None) -> Sequence[Attendance]:
    """Every conclusion about the session, or about these people at it."""
    wanted = select(Attendance).where(Attendance.session_id == session.id).order_by(Attendance.id)
    return db.session.scalars(
        wanted if among is None else wanted.where(Attendance.registrant_id.in_(among))
    ).all()


def attendance_of(session: Session, registrant_id: int) -> Attendance | None:
    """What is concluded of one person at the session."""
    return db.session.scalar(
        select(Attendance).where(
            Attendance.session_id == session.id, Attendance.registrant_id == registrant_id
        )
    )


def live_evidence(
    session: Session, among: Sequence[int] | None = None, *, reports: ColumnElement[bool] | None = None
) -> Sequence[Evidence]:
    """Every statement about the session, or about these people at it, that was not taken back.

    Of lines of reports, those that count; or those of these reports.
    """
    wanted = _live(session, reports)
    return db.session.scalars(
        wanted if among is None else wanted.where(Evidence.registrant_id.in_(among))
    ).all()


def evidence_of(session: Session, registrant_id: int) -> Sequence[Evidence]:
    """Every statement about one person at the session that was not taken back."""
    return db.session.scalars(_live(session).where(Evidence.registrant_id == registrant_id)).all()


def first_word(session: Session, registrant_id: int) -> int:
    """The id of what was last said by hand of one person at the session."""
    asked = select(func.max(Evidence.id)).where(
        Evidence.session_id == session.id,
        Evidence.registrant_id == registrant_id,
        Evidence.kind == EvidenceKind.HAND,
    )
    return db.session.scalars(asked).one()


def said_together(session: Session, evidence_id: int, *, by: Actor) -> Select[int]:
    """What this organiser said by hand at the same instant as this, and has not been taken back."""
    first = aliased(Evidence)
    return (
        select(Evidence.id)
        .join(first, and_(first.session_id == Evidence.session_id, first.stated_at == Evidence.stated_at))
        .where(
            first.id == evidence_id,
            Evidence.session_id == session.id,
            Evidence.kind == EvidenceKind.HAND,
            Evidence.stated_by == by,
            Evidence.withdrawn_at.is_(None),
        )
    )


def is_said_of(session: Session, evidence_id: int) -> bool:
    """Whether this was ever said of somebody at this session, and of no other."""
    found = db.session.get(Evidence, evidence_id)
    return found is not None and found.session_id == session.id


def people_said_together(session: Session, evidence_id: int, *, by: Actor) -> Sequence[int]:
    """Of whom it was said, by their ids."""
    asked = said_together(session, evidence_id, by=by).with_only_columns(Evidence.registrant_id)
    return db.session.scalars(asked.order_by(Evidence.registrant_id)).all()


def registered_ids(session: Session, among: Sequence[int] | None = None) -> set[int]:
    """Who, of these people or of all, holds a confirmed registration."""
    wanted = select(Registration.registrant_id).where(
        Registration.session_id == session.id, Registration.state == RegistrationState.CONFIRMED
    )
    return set(
        db.session.scalars(wanted if among is None else wanted.where(Registration.registrant_id.in_(among)))
    )


def standings_in(session: Session, among: Sequence[int]) -> dict[int, RegistrationState]:
    """How each of these people stands at the session; who never registered for it is left out."""
    asked = select(Registration.registrant_id, Registration.state).where(
        Registration.session_id == session.id,
        Registration.registrant_id.in_(among),
        Registration.state.in_(STANDINGS),
    )
    rows = db.session.execute(asked.order_by(Registration.id)).all()
    return dict(sorted(rows, key=lambda row: -STANDINGS.index(row[1])))


def reports_of(session: Session) -> Sequence[Report]:
    """Reports that count, oldest first."""
    wanted = select(Report).where(Report.session_id == session.id, Report.counts())
    return db.session.scalars(wanted.order_by(Report.id)).all()


def has_report(session: Session, *, reports: ColumnElement[bool] | None = None) -> bool:
    """Whether a report that counts, or one of these, says who was there."""
    counts = Report.counts() if reports is None else reports
    return bool(db.session.scalar(select(exists().where(Report.session_id == session.id, counts))))


def same_report(session: Session, digest: str) -> Report | None:
    """The report with these very bytes, if it is already imported."""
    return next((report for report in reports_of(session) if report.digest == digest), None)


def last_undone(session: Session, digest: str) -> Report | None:
    """The last import of these very bytes that was undone."""
    undone = select(Report).where(
        Report.session_id == session.id, Report.digest == digest, Report.state == ReportState.UNDONE
    )
    return db.session.scalar(undone.order_by(Report.id.desc()).limit(1))


def find_report(session: Session, public_id: str) -> Report | None:
    """A report of the session by its outward id."""
    return db.session.scalar(
        select(Report).where(Report.session_id == session.id, Report.public_id == public_id)
    )


def lines_of(session: Session) -> Sequence[ReportLine]:
    """The lines of the session's reports that were not undone, in the order of the files."""
    return db.session.scalars(_lines(session).order_by(Report.id, ReportLine.number, ReportLine.id)).all()


def find_line(session: Session, public_id: str) -> ReportLine | None:
    """A line of the session's reports by its outward id."""
    return db.session.scalar(_lines(session).where(ReportLine.public_id == public_id))


def line_ids(report_id: int, *, first: int, last: int) -> dict[str, int]:
    """The ids of a report's lines between two of the file, by their outward ids."""
    asked = select(ReportLine.public_id, ReportLine.id).where(
        ReportLine.report_id == report_id, ReportLine.number.between(first, last)
    )
    return dict(db.session.execute(asked.order_by(ReportLine.id)).all())


def count_lines(report: Report) -> int:
    """How many lines the report has."""
    counted = select(func.count()).where(ReportLine.report_id == report.id)
    return db.session.scalar(counted) or 0


def candidate_ids(session: Session, *, reports: ColumnElement[bool] | None = None) -> set[int]:
    """Whom lines that wait for a decision may be about, of reports that count or of these."""
    asked = (
        select(LineCandidate.registrant_id)
        .join(ReportLine, ReportLine.id == LineCandidate.report_line_id)
        .join(ReportLine.report)
        .where(
            Report.session_id == session.id,
            Report.counts() if reports is None else reports,
            spelt_out(ReportLine.decision, Decision.REVIEW),
        )
    )
    return set(db.session.scalars(asked))


def candidates_of(line: ReportLine) -> Sequence[LineCandidate]:
    """Whom the line may be about, likeliest first."""
    wanted = select(LineCandidate).where(LineCandidate.report_line_id == line.id)
    return db.session.scalars(wanted.order_by(LineCandidate.rank)).all()


def proposed_ids(line: ReportLine) -> Sequence[int]:
    """Whom the rules said the line is about, as it names them."""
    wanted = select(LineProposal.registrant_id).where(LineProposal.report_line_id == line.id)
    return db.session.scalars(wanted.order_by(LineProposal.rank)).all()


def headcounts_of(session: Session) -> Sequence[Headcount]:
    """People behind shared connections, as they were counted and not taken back."""
    wanted = select(Headcount).where(Headcount.session_id == session.id, Headcount.withdrawn_at.is_(None))
    return db.session.scalars(wanted.order_by(Headcount.id)).all()


def find_headcount(session: Session, headcount_id: int) -> Headcount | None:
    """A count somebody made by hand at the session, also one that was taken back."""
    return db.session.scalar(
        select(Headcount).where(
            Headcount.session_id == session.id,
            Headcount.id == headcount_id,
            Headcount.report_line_id.is_(None),
        )
    )


def aliases_of(cycle_id: int) -> dict[str, int | None]:
    """Names and addresses as reports show them, and whom somebody said they are, None the team; of each the latest word."""
    wanted = (
        select(func.coalesce(Alias.email, Alias.folded_name), Alias.registrant_id)
        .join(ReportLine, ReportLine.id == Alias.report_line_id)
        .join(ReportLine.report)
        .where(Alias.cycle_id == cycle_id, Report.counts())
    )
    return dict(db.session.execute(wanted.order_by(Alias.decided_at, Alias.id)).all())


def people_by_id(ids: Sequence[int]) -> dict[int, Registrant]:
    """Registrants by their ids."""
    wanted = select(Registrant).where(Registrant.id.in_(ids)).order_by(Registrant.id)
    return {person.id: person for person in db.session.scalars(wanted)}


def hold_people(ids: Collection[int]) -> set[int]:
    """Those of these registrants who are still there; nobody removes them until the commit."""
    wanted = select(Registrant.id).where(Registrant.id.in_(ids)).order_by(Registrant.id)
    return set(db.session.scalars(wanted.with_for_update(read=True, key_share=True))) if ids else set()


def find_person(session: Session, public_id: str) -> Registrant | None:
    """Somebody of the session's cycle by their outward id."""
    return db.session.scalar(
        select(Registrant).where(Registrant.cycle_id == session.cycle_id, Registrant.public_id == public_id)
    )


def people_told_by(line: ReportLine) -> Sequence[Registrant]:
    """Whom the line is evidence about."""
    return db.session.scalars(
        select(Registrant)
        .join(Evidence, Evidence.registrant_id == Registrant.id)
        .where(Evidence.report_line_id == line.id)
        .order_by(Registrant.id)
    ).all()


def hold_line(line: ReportLine) -> None:
    """The line as it was last decided; whoever else decides one of the session waits until the commit."""
    hold(line.report.session)
    db.session.refresh(line, ["decision", "decided_at", "decided_by_id", "decided_by_name"])


def hold(session: Session) -> None:
    """Makes whoever else states something about the session wait until the commit (specification/security, rule 13)."""
    db.session.execute(select(Session.id).where(Session.id == session.id).with_for_update())


def hold_anew(session: Session) -> None:
    """The same after a commit: the session and its cycle are read as they stand now."""
    db.session.scalars(
        select(Session)
        .where(Session.id == session.id)
        .options(joinedload(Session.cycle))
        .with_for_update(of=Session)
        .execution_options(populate_existing=True)
    ).one()


def people_concerned(session: Session, reports: ColumnElement[bool]) -> list[int]:
    """Of whom anything is, or may be, concluded at the session while these reports count: by their ids."""
    seen = select(Attendance.registrant_id).where(Attendance.session_id == session.id)
    registered = select(Registration.registrant_id).where(
        Registration.session_id == session.id, Registration.state == RegistrationState.CONFIRMED
    )
    told = _live(session, reports).with_only_columns(Evidence.registrant_id).order_by(None)
    everybody = union(seen, registered, told).subquery()
    return list(db.session.scalars(select(everybody.c.registrant_id).order_by(everybody.c.registrant_id)))


def _live(session: Session, reports: ColumnElement[bool] | None = None) -> Select[Evidence]:
    counts = Report.counts() if reports is None else reports
    return (
        select(Evidence)
        .outerjoin(ReportLine, ReportLine.id == Evidence.report_line_id)
        .outerjoin(Report, Report.id == ReportLine.report_id)
        .where(
            Evidence.session_id == session.id,
            Evidence.withdrawn_at.is_(None),
            or_(Evidence.report_line_id.is_(None), counts),
        )
        .order_by(Evidence.id)
    )


def _lines(session: Session) -> Select[ReportLine]:
    return (
        select(ReportLine)
        .join(ReportLine.report)
        .where(Report.session_id == session.id, Report.counts())
        .options(joinedload(ReportLine.report))
    )
