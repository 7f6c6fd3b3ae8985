"""The line under the title of a session's list: how many of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from webinars.attendance.models import Conclusion, Headcount
from webinars.attendance.queries import Line


@dataclass(frozen=True)
class Tally:
    """Counts of a session's list; the headcount apart."""

    registered: int
    present: int  # registered or not
    walk_ins: int  # of whom
    brief: int
    absent: int
    excused: int
    unknown: int
    headcount: int


def tally(lines: Sequence[Line], headcounts: Sequence[Headcount]) -> Tally:
    """How many of each the list holds; the team counts nowhere."""
    lines = [line for line in lines if not line.is_team]

    def count(conclusion: Conclusion) -> int:
        return sum(1 for line in lines if line.attendance and line.attendance.conclusion is conclusion)

    present = [line for line in lines if line.attendance and line.attendance.conclusion is Conclusion.PRESENT]
    return Tally(
        registered=sum(1 for line in lines if not line.is_walk_in),
        present=len(present),
        walk_ins=sum(1 for line in present if line.is_walk_in),
        brief=count(Conclusion.BRIEF),
        absent=count(Conclusion.ABSENT),
        excused=count(Conclusion.EXCUSED),
        unknown=sum(1 for line in lines if line.attendance is None),
        headcount=sum(one.people for one in headcounts),
    )
