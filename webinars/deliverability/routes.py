"""Each mail of the cycle and what became of it."""

from flask import render_template

from webinars.accounts.guard import OrganiserBlueprint
from webinars.cycles.finding import require_cycle
from webinars.planning.workspace import workspace

bp = OrganiserBlueprint("deliverability", __name__)


@bp.get("/cycles/<slug>/messages/deliveries")
def deliveries(slug: str) -> str:
    """Each mail of the cycle and what became of it."""
    cycle = require_cycle(slug)
    return render_template("deliverability/deliveries.html", cycle=cycle, **workspace(cycle))
