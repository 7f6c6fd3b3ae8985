"""What a report leaves that is through, or was left half done: it counts nowhere, and goes in lots."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from webinars.attendance.imports import lease
from webinars.attendance.imports.errors import ReportUnderWay
from webinars.attendance.imports.lease import ReportLease
from webinars.attendance.imports.lots import in_lots, written_as_lot
from webinars.attendance.models import DraftConclusion, Evidence, Report, ReportLine, ReportState
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

_BY_THE_RULES = ReportLine.decided_at.is_(None)  # what somebody decided serves when the file comes again


def clear_half_done(session_id: int) -> None:
    """Clears what somebody who was killed left of a report of the session; raises ReportUnderWay while they go on."""
    report_id = lease.under_way(session_id)
    if report_id is None:
        return
    mine = lease.take_over(report_id)
    db.session.commit()
    if mine is None:
        raise ReportUnderWay
    _clear(mine)


def clear_leftovers(now: datetime) -> int:
    """Clears what was left of reports of all sessions; says of how many. Safe to call at any time."""
    half_done = db.session.scalars(select(Report.id).where(lease.has_ended(now)).order_by(Report.id)).all()
    through = db.session.scalars(
        select(DraftConclusion.report_id)
        .join(Report, Report.id == DraftConclusion.report_id)
        .where(Report.lease.is_(None))
        .distinct()
        .order_by(DraftConclusion.report_id)
    ).all()
    for report_id in half_done:
        mine = lease.take_over(report_id)
        db.session.commit()
        if mine is not None:
            _clear(mine)
    for report_id in through:
        clear_through(report_id)
    return len(half_done) + len(through)


def clear_through(report_id: int) -> None:
    """Removes the drafts of a report that counts, or counts no more; of one that was undone, first what it proved by the rules."""
    with only_reading():
        state = db.session.scalar(select(Report.state).where(Report.id == report_id))
        evidence = _evidence_of(report_id, _BY_THE_RULES) if state is ReportState.UNDONE else []
        drafted = _drafted(report_id)
        db.session.rollback()
    _remove(Evidence.id, evidence)
    _remove(DraftConclusion.registrant_id, drafted, DraftConclusion.report_id == report_id)


def _clear(mine: ReportLease) -> None:
    """What was entering goes as if it had never come; what was leaving stays."""
    with only_reading():
        state = db.session.scalar(select(Report.state).where(Report.id == mine.report_id))
        evidence = _evidence_of(mine.report_id) if state is ReportState.ENTERING else []
        drafted = _drafted(mine.report_id)
        lines = db.session.scalars(select(ReportLine.id).where(ReportLine.report_id == mine.report_id)).all()
        db.session.rollback()
    _remove(DraftConclusion.registrant_id, drafted, DraftConclusion.report_id == mine.report_id, mine=mine)
    if state is ReportState.ENTERING:
        _remove(Evidence.id, evidence, mine=mine)
        _remove(ReportLine.id, lines, mine=mine)
        mine.renew()
        db.session.execute(delete(Report).where(Report.id == mine.report_id))
    else:
        mine.end(ReportState.STANDING)
    db.session.commit()


def _evidence_of(report_id: int, *which: ColumnElement[bool]) -> Sequence[int]:
    of_lines = select(Evidence.id).join(ReportLine, ReportLine.id == Evidence.report_line_id)
    asked = of_lines.where(ReportLine.report_id == report_id, *which)
    return db.session.scalars(asked.order_by(Evidence.id)).all()


def _drafted(report_id: int) -> Sequence[int]:
    of_report = select(DraftConclusion.registrant_id).where(DraftConclusion.report_id == report_id)
    return db.session.scalars(of_report.order_by(DraftConclusion.registrant_id)).all()


def _remove(
    key: InstrumentedAttribute[int],
    values: Sequence[int],
    *where: ColumnElement[bool],
    mine: ReportLease | None = None,
) -> None:
    for lot in in_lots(values):
        with written_as_lot(mine):
            gone = delete(key.class_).where(key.in_(lot), *where)
            db.session.execute(gone.execution_options(synchronize_session=False))
