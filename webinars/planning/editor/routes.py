"""The cycles, a new one, and the settings of one."""

from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Settings
from webinars import clock
from webinars.attempts.actions import begin
from webinars.attempts.forms import finish, named_attempt, new_attempt, redirect_again
from webinars.attempts.models import Attempt
from webinars.attendance.conclusion import conclude_cycle, threshold_of
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_of, partners_of, themes_of
from webinars.cycles.states import CycleState
from webinars.journal.actions import note
from webinars.journal.deeds import Deed, journalled
from webinars.planning import actions, queries
from webinars.planning.blueprint import bp
from webinars.planning.deletion.actions import remove_draft
from webinars.planning.editor.cycle_forms import CycleForm, NewCycleForm
from webinars.planning.editor.lifecycle import steps_from
from webinars.planning.fields import changes_rows
from webinars.planning.locks import hold_cycle
from webinars.registration.links import cycle_link
from webinars.registration.queries import people_counts
from webinars.storage.extensions import db
from webinars.web.access import UPLOADS, current_actor, takes_upload
from webinars.web.forms.fields import is_preview
from webinars.web.list_address import asked_page, asked_words
from webinars.web.paging import page_of


@bp.get("/cycles")
def cycles() -> str:
    """All cycles, those put away on a page of their own."""
    words, archived = asked_words(), request.args.get("state") == "archived"
    page = page_of(
        queries.cycles_asked(g.organisation, words=words, archived=archived),
        page=asked_page(),
        per_page=queries.PAGE,
    )
    ids, now = [cycle.id for cycle in page.items], clock.now()
    return render_template(
        "planning/cycles.html",
        page=page,
        words=words,
        archived=archived,
        spans=queries.spans(ids, now),
        people=people_counts(ids),
        attendances=queries.attendance_counts(ids),
        now=now,
    )


@bp.route("/cycles/new", methods=["GET", "POST"])
@journalled(Deed.CYCLE_CREATED, Deed.CYCLE_REMOVED, Deed.SESSION_ADDED)
def new_cycle() -> ResponseReturnValue:
    """A cycle and its sessions, entered on one page; who comes back to it corrects the draft it made."""
    form = NewCycleForm()
    if not form.is_typed and named_attempt() is None:
        # a browser fills a page one comes back to with what was typed, its hidden fields apart
        return redirect(url_for(".new_cycle", attempt=new_attempt(), lang=request.args.get("lang")), 303)
    key = form.showing_key(by=g.organiser.email_key)
    if changes_rows(form.sessions) or is_preview() or not form.is_submitted() or not _check(form):
        return _new_page(form, _made_by(db.session.get(Attempt, key)))

    now = clock.now()
    showing = begin(key, now=now)
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done and showing.answer in ("", attempt.key):
        return redirect_again(attempt)
    former = _made_by(showing)
    if former is not None and not queries.is_untouched(former):
        form.form_errors.append(_("The draft this page made was changed since: correct it there."))
        return _new_page(form, former)
    return _created(form, attempt, showing, former, now=now)


def _made_by(showing: Attempt | None) -> Cycle | None:
    """The cycle that this showing of the form last made, if it is still there."""
    last = db.session.get(Attempt, showing.answer) if showing is not None and showing.is_done else None
    found = cycle_of(g.organisation, last.answer.rpartition("/")[2]) if last is not None else None
    return found if found and showing and found.created_at == showing.made_at else None


def _new_page(form: NewCycleForm, made: Cycle | None) -> str:
    return render_template("planning/new_cycle.html", form=form, made=made)


def _created(
    form: NewCycleForm, attempt: Attempt, showing: Attempt, former: Cycle | None, *, now: datetime
) -> ResponseReturnValue:
    """Keeps the cycle in the place of the draft that the same page made before, if it did."""
    if former is not None:
        settings: Settings = current_app.config["SETTINGS"]
        remove_draft(former, storage=settings.storage, by=current_actor(), now=now)
    cycle = _kept(form, now=now)
    showing.answer, showing.made_at = attempt.key, now
    response = finish(attempt, url_for(".cycle", slug=cycle.slug))
    db.session.commit()
    is_new = _("The cycle is kept as a draft. Nobody sees it before you publish it.")
    flash(_("The draft is corrected: there is one, not two.") if former else is_new, "good")
    return response


def _kept(form: NewCycleForm, *, now: datetime) -> Cycle:
    cycle = Cycle(
        organisation=g.organisation,
        organisation_id=g.organisation.id,
        timezone=g.organisation.timezone,
        language=g.organisation.language,
    )
    form.populate_obj(cycle)
    actions.create_cycle(cycle, by=current_actor(), now=now)
    for row in form.sessions.filled():
        session = Session(timezone=cycle.timezone)
        row.populate_obj(session)
        row.set_hours(session, timezone=cycle.timezone, now=now)
        actions.add_session(cycle, session, by=current_actor(), now=now)
    return cycle


def _check(form: NewCycleForm) -> bool:
    """Says every point that keeps the form from being kept; whether there is none."""
    is_sound = form.validate()
    return form.read_rows(g.organisation.zone, are_needed=False) and is_sound


@bp.route("/cycles/<slug>/settings", methods=["GET", "POST"])
@takes_upload(UPLOADS)
@journalled(Deed.CYCLE_SETTINGS_CHANGED)
def cycle_settings(slug: str) -> ResponseReturnValue:
    """Everything about the cycle but its sessions."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    if request.method == "POST":
        hold_cycle(cycle)
    form = _settings_of(cycle)
    is_looked_at = changes_rows(form.partners) or is_preview() or not form.is_submitted()
    if is_looked_at or not _takes_over(form, cycle) or not form.validate():
        page = render_template(
            "planning/cycle_settings.html",
            cycle=cycle,
            form=form,
            steps=steps_from(cycle),
            is_over=not queries.loss_of(cycle, now=clock.now()).sessions,
            may_be_removed=cycle.state is CycleState.DRAFT and not queries.has_people(cycle),
            address=cycle_link(cycle),
        )
        return page, form.status
    if form.changed:
        _keep_settings(cycle, form)
    form.tell_kept(cycle.zone)
    db.session.commit()
    flash(_("The settings of the cycle are saved."), "good")
    return redirect(url_for(".cycle_settings", slug=cycle.slug), 303)


def _settings_of(cycle: Cycle) -> CycleForm:
    """The form with what was sent; else with what is kept, which it remembers."""
    form = CycleForm(**_kept_settings(cycle))
    if not form.is_typed:
        form.remember(form, cycle)
    return form


def _kept_settings(cycle: Cycle) -> dict[str, Any]:
    return {
        "obj": cycle,
        "data": {"themes": ", ".join(themes_of(cycle)), "partners": partners_of(cycle)},
    }


def _takes_over(form: CycleForm, cycle: Cycle) -> bool:
    form.keep_logos()
    return form.take_over(CycleForm(formdata=None, **_kept_settings(cycle)), cycle)


def _keep_settings(cycle: Cycle, form: CycleForm) -> None:
    """Writes what this person changed of the held cycle."""
    now, threshold = clock.now(), threshold_of(cycle)
    form.populate_obj(cycle)
    actions.set_themes(cycle, form.names_of_themes())
    actions.set_partners(cycle, form.rows_of_partners())
    if threshold_of(cycle) != threshold:
        conclude_cycle(cycle, by=current_actor(), now=now)
    cycle.count_edit(form.changed, by=current_actor(), now=now)
    note(Deed.CYCLE_SETTINGS_CHANGED, g.organisation.id, cycle.subject, by=current_actor(), now=now)
