"""The page of a cycle before it is public: for its team alone."""

from flask import Response, abort, current_app, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.attributes import set_committed_value

from config import Settings
from webinars import clock
from webinars.cycles.models import Cycle
from webinars.cycles.queries import cycle_of
from webinars.cycles.states import CycleState
from webinars.planning.blueprint import bp
from webinars.registration.signup.cycle_page import page_facts
from webinars.registration.signup.forms import SignUpForm
from webinars.registration.signup.programme import programme_of


@bp.get("/cycles/<slug>/preview")
def preview(slug: str) -> ResponseReturnValue:
    """The page of a draft as visitors will see it; a cycle that is public has its page."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    if cycle.state is not CycleState.DRAFT:
        return redirect(url_for("registration.cycle", org=g.organisation.slug, slug=slug), 303)
    return _preview_page(cycle)


def _preview_page(cycle: Cycle) -> Response:
    settings: Settings = current_app.config["SETTINGS"]
    set_committed_value(cycle, "state", CycleState.PUBLISHED)  # for this page alone: nothing is written
    programme = programme_of(cycle, now=clock.now())
    page = render_template(
        "planning/preview.html",
        **page_facts(programme, mail_keep_days=settings.mail_keep_days),
        form=SignUpForm(cycle.id, minimum=0, formdata=None),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
