"""The lines of reports that wait for a decision: defined here once, for every page, command and figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select

from webinars.attendance.models import Decision, Report, ReportLine
from webinars.cycles.models import Cycle, Session
from webinars.storage.database import spelt_out
from webinars.storage.extensions import db

WAITS = (Decision.REVIEW, Decision.UNMATCHED)  # those with candidates are worked through first


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many lines wait."""

    with_candidates: int = 0
    unmatched: int = 0

    @property
    def total(self) -> int:
        """Lines somebody has to decide."""
        return self.with_candidates + self.unmatched


NONE = Waiting()


def is_waiting() -> ColumnElement[bool]:
    """That a line joined to its report waits: the import was not undone, and nobody has said what the line is."""
    return and_(Report.counts(), spelt_out(ReportLine.decision, *WAITS))


def waiting_by_session(session_ids: Sequence[int]) -> dict[int, Waiting]:
    """How many lines wait in each of these sessions; those without any are left out."""
    return _counted(Report.session_id.in_(session_ids))


def waiting_in(session: Session) -> int:
    """How many lines wait in this session."""
    return waiting_by_session([session.id]).get(session.id, NONE).total


def waiting_in_cycle(cycle: Cycle) -> Waiting:
    """How many lines wait in all sessions of the cycle."""
    found = _counted(Report.session_id.in_(select(Session.id).where(Session.cycle_id == cycle.id))).values()
    return Waiting(sum(one.with_candidates for one in found), sum(one.unmatched for one in found))


def _counted(which: ColumnElement[bool]) -> dict[int, Waiting]:
    rows = db.session.execute(
        select(
            Report.session_id,
            func.count().filter(ReportLine.decision == Decision.REVIEW),
            func.count().filter(ReportLine.decision == Decision.UNMATCHED),
        )
        .join(ReportLine, ReportLine.report_id == Report.id)
        .where(which, is_waiting())
        .group_by(Report.session_id)
        .order_by(Report.session_id)
    )
    return {session_id: Waiting(review, unmatched) for session_id, review, unmatched in rows}
