"""The lines of a session's reports as somebody works through them: doubtful first."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import joinedload

from webinars.attendance import queries
from webinars.attendance.models import Headcount, Report, ReportLine
from webinars.attendance.pending_lines import WAITS, is_waiting
from webinars.cycles.models import Session
from webinars.registration.models import Registrant
from webinars.registration.search import holds_every_word
from webinars.storage.extensions import db

BESIDE = 50  # lines that wait, beside the one that is decided
LAST = 10  # lines decided last
IN_FILE = (Report.id, ReportLine.number, ReportLine.id)


class QueuePart(enum.StrEnum):
    """Which lines somebody wants to see."""

    WAITING = "waiting"
    DECIDED = "decided"  # by somebody
    SETTLED = "settled"  # by the rules


@dataclass(frozen=True)
class Queue:
    """What waits, what was decided, what the rules settled: how many of each, and those one works on now."""

    counts: dict[QueuePart, int]
    waiting: Sequence[ReportLine]  # the first of them, those with candidates before the others
    decided: Sequence[ReportLine]  # the last of them, latest first

    @property
    def total(self) -> int:
        """How many lines needed somebody."""
        return self.counts[QueuePart.WAITING] + self.counts[QueuePart.DECIDED]

    @property
    def last_decided(self) -> ReportLine | None:
        """The line decided last, to be taken back at once if need be."""
        return self.decided[0] if self.decided else None


def queue_of(session: Session) -> Queue:
    """The lines of the session's reports that were not undone."""
    waiting, decided = lines_asked(session, QueuePart.WAITING), lines_asked(session, QueuePart.DECIDED)
    return Queue(
        counts=_counts(session),
        waiting=db.session.scalars(waiting.limit(BESIDE)).all(),
        decided=db.session.scalars(decided.limit(LAST)).all(),
    )


def lines_asked(session: Session, part: QueuePart, words: str = "") -> Select[ReportLine]:
    """The lines of one part whose name or address holds every word, with their reports."""
    asked = (
        select(ReportLine)
        .join(ReportLine.report)
        .where(Report.session_id == session.id, Report.counts(), _is_in(part))
        .where(*holds_every_word(words, ReportLine.email, [ReportLine.folded_name]))
        .options(joinedload(ReportLine.report))
    )
    if part is QueuePart.WAITING:
        waits = case({one: index for index, one in enumerate(WAITS)}, value=ReportLine.decision)
        return asked.order_by(waits, *IN_FILE)
    return asked.order_by(ReportLine.decided_at.desc(), *IN_FILE)


def _counts(session: Session) -> dict[QueuePart, int]:
    counted = db.session.execute(
        select(*(func.count().filter(_is_in(part)) for part in QueuePart))
        .select_from(ReportLine)
        .join(ReportLine.report)
        .where(Report.session_id == session.id, Report.counts())
    ).one()
    return dict(zip(QueuePart, counted, strict=True))


def _is_in(part: QueuePart) -> ColumnElement[bool]:
    if part is QueuePart.WAITING:
        return is_waiting()
    if part is QueuePart.DECIDED:
        return ReportLine.decided_at.is_not(None)
    return ReportLine.decision.not_in(WAITS) & ReportLine.decided_at.is_(None)


@dataclass(frozen=True, slots=True)
class LineDecision:
    """Whom the line speaks of: people by name, or how many without names; neither when it counts nowhere."""

    people: Sequence[Registrant]
    heads: int

    @property
    def names(self) -> str:
        """The people, each with their structure."""
        return " · ".join(
            f"{one.name}, {one.structure}" if one.structure else one.name for one in self.people
        )


def decision_of(line: ReportLine) -> LineDecision | None:
    """What was decided about the line; None while it waits."""
    if line.decision in WAITS:
        return None
    heads = select(Headcount.people).where(
        Headcount.report_line_id == line.id, Headcount.withdrawn_at.is_(None)
    )
    return LineDecision(queries.people_told_by(line), db.session.scalar(heads) or 0)
