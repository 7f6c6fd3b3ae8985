"""When reminders leave, and with which words."""

from flask import render_template

from webinars.accounts.guard import OrganiserBlueprint
from webinars.cycles.finding import require_cycle
from webinars.planning.workspace import workspace

bp = OrganiserBlueprint("reminders", __name__)


@bp.get("/cycles/<slug>/messages/reminders")
def reminders(slug: str) -> str:
    """When reminders leave, and with which words."""
    cycle = require_cycle(slug)
    return render_template("reminders/reminders.html", cycle=cycle, **workspace(cycle))
