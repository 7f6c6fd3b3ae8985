"""A draft goes at once; a cycle with its data is for administrators, who type its name."""

from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Settings
from webinars import clock
from webinars.accounts.models import Role
from webinars.attempts.forms import CountedForm, finish, redirect_again
from webinars.cycles.models import Cycle
from webinars.cycles.queries import cycle_of
from webinars.cycles.states import CycleState
from webinars.cycles.words import closed_words
from webinars.journal.deeds import Deed, journalled
from webinars.planning.blueprint import bp as planning
from webinars.planning.deletion import actions, queries
from webinars.planning.deletion.forms import DeletionForm
from webinars.planning.errors import PeopleAreInTheDraft
from webinars.planning.queries import has_people, loss_of
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor

bp = OrganiserBlueprint("deletion", __name__, role=Role.ADMINISTRATOR)


@planning.route("/cycles/<slug>/remove", methods=["GET", "POST"])
@journalled(Deed.CYCLE_REMOVED)
def remove_cycle(slug: str) -> ResponseReturnValue:
    """Asks, then takes a draft away that nobody has signed up for."""
    form, now = CountedForm(), clock.now()
    if not form.validate_on_submit():
        cycle = _found(slug)
        refusal = PeopleAreInTheDraft if has_people(cycle) else None
        is_draft = cycle.state is CycleState.DRAFT
        return render_template(
            "planning/remove_cycle.html", cycle=cycle, form=form, refusal=refusal, is_draft=is_draft
        )
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    cycle = _found(slug)
    title = cycle.title
    actions.remove_draft(cycle, storage=_settings().storage, by=current_actor(), now=now)
    response = finish(attempt, url_for(".cycles"))
    db.session.commit()
    flash(_("The draft “%(title)s” is removed.", title=title), "good")
    return response


@bp.route("/cycles/<slug>/delete", methods=["GET", "POST"])
@journalled(Deed.CYCLE_DELETION_ASKED, Deed.SESSION_CANCELLED)
def delete_cycle(slug: str) -> ResponseReturnValue:
    """Has a cycle go with its data, once its name is typed; then says what that waits for."""
    cycle, now = _found(slug), clock.now()
    form = DeletionForm(cycle.title)
    if not form.validate_on_submit():
        return render_template(
            "planning/delete_cycle.html",
            cycle=cycle,
            form=form,
            data=queries.data_of(cycle),
            loss=loss_of(cycle, now=now),
            awaited=queries.awaited_by(cycle, now=now),
        )
    actions.ask(
        cycle,
        by=current_actor(),
        settle_seconds=_settings().settle_seconds,
        now=now,
        word=form.word.data or "",
    )
    db.session.commit()
    return redirect(url_for(".delete_cycle", slug=slug), 303)


@bp.post("/cycles/<slug>/delete/take-back")
@journalled(Deed.CYCLE_DELETION_TAKEN_BACK)
def take_back(slug: str) -> ResponseReturnValue:
    """Keeps the cycle after all."""
    cycle = _found(slug)
    if actions.take_back(cycle, by=current_actor(), now=clock.now()):
        kept = _("The cycle is kept. Its sessions stay cancelled until you let each take place again.")
        flash(f"{kept} {closed_words(cycle)}".strip(), "good")
    db.session.commit()
    return redirect(url_for("planning.cycle", slug=slug), 303)


def _found(slug: str) -> Cycle:
    return cycle_of(g.organisation, slug) or abort(404)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
