"""What calendars and people answered, and what waits for a person."""

from webinars.accounts.guard import OrganiserBlueprint
from webinars.attendance.workspace import cycle_page
from webinars.cycles.finding import require_cycle

bp = OrganiserBlueprint("replies", __name__)


@bp.get("/cycles/<slug>/messages/answers")
def answers(slug: str) -> str:
    """What calendars and people answered, and what waits for a person."""
    return cycle_page("replies/answers.html", require_cycle(slug))
