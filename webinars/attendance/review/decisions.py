"""What a line of a report was held to be, by somebody or by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from webinars.attendance import queries
from webinars.attendance.models import Headcount, ReportLine
from webinars.attendance.pending_lines import WAITS
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """Whom the line speaks of: people by name, or how many without names; neither when it counts nowhere."""

    people: Sequence[Registrant]
    heads: int

    @property
    def names(self) -> str:
        """The people, each with their structure."""
        return " · ".join(
            f"{one.name}, {one.structure}" if one.structure else one.name for one in self.people
        )


def answer_of(line: ReportLine) -> LineAnswer | None:
    """The answer the line was given; None while it waits."""
    if line.decision in WAITS:
        return None
    heads = select(Headcount.people).where(
        Headcount.report_line_id == line.id, Headcount.withdrawn_at.is_(None)
    )
    return LineAnswer(queries.people_told_by(line), db.session.scalar(heads) or 0)
