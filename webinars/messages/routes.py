"""The messages of a cycle that organisers write."""

from flask import render_template

from webinars.accounts.guard import OrganiserBlueprint
from webinars.cycles.finding import require_cycle
from webinars.planning.workspace import workspace

bp = OrganiserBlueprint("messages", __name__)


@bp.get("/cycles/<slug>/messages")
def messages(slug: str) -> str:
    """The messages of a cycle that organisers write."""
    cycle = require_cycle(slug)
    return render_template("messages/messages.html", cycle=cycle, **workspace(cycle))
