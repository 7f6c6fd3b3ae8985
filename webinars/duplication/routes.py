"""A cycle, or one session of it, once more on other days: asked, shown, made."""

from flask import abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.attempts.forms import finish, redirect_again
from webinars.cycles.models import Cycle
from webinars.cycles.queries import cycle_of, session_at, sessions_of
from webinars.cycles.states import CycleState
from webinars.duplication import actions
from webinars.duplication.forms import DuplicateCycleForm, DuplicateSessionForm
from webinars.duplication.shift import ShiftedSession, first_day, shifted, shifted_all
from webinars.journal.deeds import Deed, journalled
from webinars.planning.locks import hold_cycle, hold_session
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor

bp = OrganiserBlueprint("duplication", __name__)


@bp.route("/cycles/<slug>/duplicate", methods=["GET", "POST"])
@journalled(Deed.CYCLE_DUPLICATED, Deed.CYCLE_CREATED, Deed.SESSION_ADDED)
def duplicate_cycle(slug: str) -> ResponseReturnValue:
    """Asks for a title and a first date, shows every date, and makes a draft of it once they were seen."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    if request.method == "POST":
        hold_cycle(cycle)
    sessions = sessions_of(cycle)
    form = DuplicateCycleForm(data={"title": cycle.title}, has_days=first_day(sessions) is not None)
    copies = shifted_all(sessions, form.day)
    is_sound = form.is_submitted() and _check(form, copies)
    if not is_sound or not form.confirm_dates(copies):
        return render_template(
            "duplication/cycle.html", cycle=cycle, form=form, copies=copies, is_sound=is_sound
        )
    return _made(form, cycle, copies)


def _check(form: DuplicateCycleForm, copies: list[ShiftedSession]) -> bool:
    """Says every point that keeps the copy from being made; whether there is none."""
    is_sound = form.validate()
    return form.check(copies) and is_sound


def _made(form: DuplicateCycleForm, cycle: Cycle, copies: list[ShiftedSession]) -> ResponseReturnValue:
    now = clock.now()
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    copy = actions.duplicate_cycle(cycle, copies, title=form.title.data or "", by=current_actor(), now=now)
    response = finish(attempt, url_for("planning.cycle", slug=copy.slug))
    db.session.commit()
    flash(_("The cycle is kept as a draft. Nobody sees it before you publish it."), "good")
    return response


@bp.route("/cycles/<slug>/sessions/<session_slug>/duplicate", methods=["GET", "POST"])
@journalled(Deed.SESSION_ADDED)
def duplicate_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """Asks for a date, and puts the same session into the programme once more."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    if request.method == "POST" and not hold_session(session):
        abort(404)
    form, now = DuplicateSessionForm(), clock.now()
    copied = shifted(session, form.day.data)
    past_at = now if session.cycle.state is CycleState.PUBLISHED else None
    if not form.is_submitted() or not form.validate() or not form.check(copied, past_at=past_at):
        return render_template("duplication/session.html", cycle=session.cycle, session=session, form=form)
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    copy = actions.duplicate_session(copied, by=current_actor(), now=now)
    response = finish(attempt, url_for("planning.session", slug=slug, session_slug=copy.slug))
    db.session.commit()
    flash(_("The session is in the programme."), "good")
    return response
