"""The pages of one cycle: whichever part is open, the tabs show the same counts."""

from typing import Any

from webinars.attendance.pending_lines import waiting_in_cycle
from webinars.cycles.models import Cycle
from webinars.registration.queries import people_counts


def workspace_of(cycle: Cycle, *, to_review: int | None = None) -> dict[str, Any]:
    """What the layout `cycle_desk` shows around a page of the cycle; what the view has counted is not asked again."""
    return {
        "cycle": cycle,
        "to_review": waiting_in_cycle(cycle).total if to_review is None else to_review,
        "people_count": people_counts([cycle.id]).get(cycle.id, 0),
    }
