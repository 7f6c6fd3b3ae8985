"""The page of the day."""

from flask import g, render_template, url_for

from webinars import clock
from webinars.today.day import day_of, start_words, time_until
from webinars.web.access import OrganiserBlueprint

bp = OrganiserBlueprint("today", __name__)


@bp.get("")
def today() -> str:
    """What the day holds, and what waits for the team."""
    day = day_of(g.organisation, now=clock.now(), address=url_for)
    return render_template("today/today.html", day=day, time_until=time_until, start_words=start_words)
