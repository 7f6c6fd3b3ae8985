"""The lines of a session's reports as somebody works through them: doubtful first."""

from dataclasses import dataclass

from webinars.attendance import queries
from webinars.attendance.models import ReportLine
from webinars.attendance.waiting import WAITS
from webinars.cycles.models import Session


@dataclass(frozen=True)
class Queue:
    """What waits, what was decided, what the rules settled."""

    waiting: list[ReportLine]  # those with candidates first
    decided: list[ReportLine]  # by somebody, latest first
    settled: list[ReportLine]  # by the rules

    @property
    def total(self) -> int:
        """How many lines needed somebody."""
        return len(self.waiting) + len(self.decided)

    @property
    def last_decided(self) -> ReportLine | None:
        """The line decided last, to be taken back at once if need be."""
        return self.decided[0] if self.decided else None


def queue_of(session: Session) -> Queue:
    """The lines of the session's reports that were not undone."""
    lines = queries.lines_of(session)
    waiting = [line for line in lines if line.decision in WAITS]
    decided = [line for line in lines if line.decided_at is not None]
    return Queue(
        waiting=sorted(waiting, key=lambda line: WAITS.index(line.decision)),
        decided=sorted(decided, key=lambda line: line.decided_at or line.report.imported_at, reverse=True),
        settled=[line for line in lines if line.decision not in WAITS and line.decided_at is None],
    )
