"""When reminders leave, and with which words."""

from typing import Any

from flask import Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_of, session_at
from webinars.edits.forms import SeenForm
from webinars.journal.deeds import Deed, journalled
from webinars.planning.fields import changes_rows
from webinars.planning.locks import hold_cycle, hold_session
from webinars.reminders import actions, preview, queries, words
from webinars.reminders.forms import RemindersForm, row_of
from webinars.reminders.queries import PlannedReminder
from webinars.reminders.schedule import schedule_of
from webinars.storage.extensions import db
from webinars.web import headers
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.forms.fields import is_preview
from webinars.web.list_address import asked_page
from webinars.web.paging import part_of
from webinars.words.markdown import plain_markdown

PAGE = 50  # sessions

bp = OrganiserBlueprint("reminders", __name__)
bp.add_app_template_filter(words.before_words, "reminder_before")
bp.add_app_template_filter(words.usual_words, "reminder_usual")
bp.add_app_template_filter(plain_markdown, "reminder_plain")


@bp.get("/cycles/<slug>/messages/reminders")
def reminders(slug: str) -> str:
    """When reminders leave, to how many, and what has left."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    plan, schedule = queries.plan_of(cycle), schedule_of(cycle, now=clock.now())
    return render_template(
        "reminders/reminders.html",
        cycle=cycle,
        plan=plan,
        rules=queries.rules_of(plan),
        schedule=schedule,
        listed=part_of(schedule.rows, page=asked_page(), per_page=PAGE),
    )


@bp.route("/cycles/<slug>/messages/reminders/change", methods=["GET", "POST"])
@journalled(Deed.REMINDERS_CHANGED)
def change(slug: str) -> ResponseReturnValue:
    """The reminders of every session that has none of its own."""
    return _changed(cycle_of(g.organisation, slug) or abort(404), None)


@bp.route("/cycles/<slug>/sessions/<session_slug>/reminders", methods=["GET", "POST"])
@journalled(Deed.REMINDERS_CHANGED)
def change_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """The reminders of one session, instead of its cycle's."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    return _changed(session.cycle, session)


@bp.post("/cycles/<slug>/messages/reminders/<any(on, off, usual):step>")
@journalled(Deed.REMINDERS_CHANGED)
def switch(slug: str, step: str) -> ResponseReturnValue:
    """Switches the cycle's reminders on or off, or goes back to the usual ones."""
    return _switched(cycle_of(g.organisation, slug) or abort(404), None, step)


@bp.post("/cycles/<slug>/sessions/<session_slug>/reminders/<any(on, off, usual):step>")
@journalled(Deed.REMINDERS_CHANGED)
def switch_session(slug: str, session_slug: str, step: str) -> ResponseReturnValue:
    """Switches one session's reminders on or off, or goes back to those of its cycle."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    return _switched(session.cycle, session, step)


@bp.get("/cycles/<slug>/sessions/<session_slug>/reminders/<int:minutes>")
def sample(slug: str, session_slug: str, minutes: int) -> Response:
    """One reminder as a person would read it."""
    planned = _planned(slug, session_slug, minutes)
    page = render_template(
        "reminders/sample.html",
        cycle=planned.session.cycle,
        planned=planned,
        mail=preview.parts(preview.sample(planned, now=clock.now())),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = f"{headers.CSP}; frame-src 'self'"
    return response


@bp.get("/cycles/<slug>/sessions/<session_slug>/reminders/<int:minutes>/html")
def sample_html(slug: str, session_slug: str, minutes: int) -> Response:
    """Its looks, in a frame of ours."""
    planned = _planned(slug, session_slug, minutes)
    html = preview.parts(preview.sample(planned, now=clock.now()))["html"]
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = headers.MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _changed(cycle: Cycle, session: Session | None) -> ResponseReturnValue:
    _hold(cycle, session)
    form, row = _form_of(cycle, session), session or cycle
    if not form.is_typed:
        form.remember(form, row)
    is_looked_at = changes_rows(form.reminders) or is_preview() or not form.is_submitted()
    stored = _form_of(cycle, session, formdata=None)
    if is_looked_at or not form.take_over(stored, row) or not form.check():
        return render_template("reminders/change.html", cycle=cycle, session=session, form=form), form.status
    if form.changed or not _is_chosen(cycle, session):
        actions.choose(cycle, form.rules(), session=session, by=current_actor(), now=clock.now())
    form.tell_kept(cycle.zone)
    db.session.commit()
    flash(_("The reminders are saved."), "good")
    return redirect(url_for(".reminders", slug=cycle.slug), 303)


def _hold(cycle: Cycle, session: Session | None) -> None:
    """Who edits counts on the session, or on the cycle: a plan comes and goes."""
    if request.method == "POST" and session is None:
        hold_cycle(cycle)
    elif request.method == "POST" and session is not None and not hold_session(session):
        abort(404)


def _form_of(cycle: Cycle, session: Session | None, **more: Any) -> RemindersForm:
    rules = actions.effective_rules(cycle, session)
    return RemindersForm(data={"reminders": [row_of(rule) for rule in rules]}, **more)


def _is_chosen(cycle: Cycle, session: Session | None) -> bool:
    """Whether these reminders are on and its own: saved unchanged, those of the cycle or the usual ones become so."""
    plan = queries.plan_of(cycle, session)
    return plan is not None and plan.is_on


def _switched(cycle: Cycle, session: Session | None, step: str) -> ResponseReturnValue:
    _hold(cycle, session)
    form = SeenForm()
    if step == "usual" and not form.check_seen(session or cycle, "reminders", zone=cycle.zone):
        flash(str(form.form_errors[0]), "warn")
        db.session.rollback()
        return redirect(url_for(".reminders", slug=cycle.slug), 303)
    if step == "usual":
        actions.forget(cycle, session=session, by=current_actor(), now=clock.now())
    else:
        is_on = step == "on"
        actions.switch(cycle, session=session, is_on=is_on, by=current_actor(), now=clock.now())
    db.session.commit()
    flash(_done(session, step), "good")
    return redirect(url_for(".reminders", slug=cycle.slug), 303)


def _done(session: Session | None, step: str) -> str:
    if session is None:
        said = {
            "on": _("Reminders leave again."),
            "off": _("Reminders are switched off."),
            "usual": _("The usual reminders leave: 7 days, 1 day and 1 hour before."),
        }
    else:
        title = session.title
        said = {
            "on": _("“%(title)s” has reminders of its own.", title=title),
            "off": _("No reminder leaves for “%(title)s”.", title=title),
            "usual": _("“%(title)s” has the reminders of the cycle.", title=title),
        }
    return said[step]


def _planned(slug: str, session_slug: str, minutes: int) -> PlannedReminder:
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    rules = actions.effective_rules(session.cycle, session)
    rule = next((rule for rule in rules if rule.minutes == minutes), None)
    if rule is None or not session.is_dated:
        abort(404)
    return PlannedReminder(session, minutes, rule.text, minutes == min(rule.minutes for rule in rules))
