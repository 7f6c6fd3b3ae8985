"""What calendars and people answered, and what waits for a person."""

from flask import render_template

from webinars.accounts.guard import OrganiserBlueprint
from webinars.cycles.finding import require_cycle
from webinars.planning.workspace import workspace

bp = OrganiserBlueprint("replies", __name__)


@bp.get("/cycles/<slug>/messages/answers")
def answers(slug: str) -> str:
    """What calendars and people answered, and what waits for a person."""
    cycle = require_cycle(slug)
    return render_template("replies/answers.html", cycle=cycle, **workspace(cycle))
