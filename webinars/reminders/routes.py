"""When reminders leave, and with which words."""

from webinars.accounts.guard import OrganiserBlueprint
from webinars.attendance.workspace import cycle_page
from webinars.cycles.finding import require_cycle

bp = OrganiserBlueprint("reminders", __name__)


@bp.get("/cycles/<slug>/messages/reminders")
def reminders(slug: str) -> str:
    """When reminders leave, and with which words."""
    return cycle_page("reminders/reminders.html", require_cycle(slug))
