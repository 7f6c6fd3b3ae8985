"""The pages of one cycle: whichever part is open, the tabs show the same counts."""

from typing import Any

from flask import render_template

from webinars.attendance.pending_lines import waiting_in_cycle
from webinars.cycles.models import Cycle
from webinars.registration.queries import people_counts


def cycle_page(template: str, cycle: Cycle, **facts: Any) -> str:
    """A page on the layout `cycle_desk`, with what its tabs count; what the view has counted is not asked again."""
    if "to_review" not in facts:
        facts["to_review"] = waiting_in_cycle(cycle).total
    return render_template(
        template,
        cycle=cycle,
        people_count=people_counts([cycle.id]).get(cycle.id, 0),
        **facts,
    )
