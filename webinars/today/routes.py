"""The page of the day."""

from flask import g, render_template, url_for

from webinars import clock
from webinars.accounts.models import Role
from webinars.cycles.models import Cycle
from webinars.today import queries
from webinars.today.day import day_of, time_until, until_words
from webinars.today.work import fill_words, work_of
from webinars.web.access import OrganiserBlueprint

bp = OrganiserBlueprint("today", __name__)


@bp.get("")
def today() -> str:
    """What the day holds, and what waits for the team."""
    day = day_of(g.organisation, now=clock.now())
    return render_template(
        "today/today.html",
        day=day,
        work=work_of(day, url_for, is_operator=g.membership.role is Role.ADMINISTRATOR),
        time_until=time_until,
        until_words=until_words,
        fill_words=fill_words,
    )


@bp.app_template_global()
def tab_counts(cycle: Cycle) -> queries.TabCounts:
    """What waits behind the tabs of a cycle: shown around pages of every feature below, which cannot ask for it."""
    return queries.tab_counts(cycle, now=clock.now())
