"""The messages of a cycle that organisers write."""

from webinars.accounts.guard import OrganiserBlueprint
from webinars.attendance.workspace import cycle_page
from webinars.cycles.finding import require_cycle

bp = OrganiserBlueprint("messages", __name__)


@bp.get("/cycles/<slug>/messages")
def messages(slug: str) -> str:
    """The messages of a cycle that organisers write."""
    return cycle_page("messages/messages.html", require_cycle(slug))
