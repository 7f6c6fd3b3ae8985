"""The programme of a cycle: its sessions, and the editor on the same page."""

from datetime import datetime
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from config import Settings
from webinars import clock
from webinars.attempts.forms import finish, redirect_again
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import contributors_of, cycle_of, resources_of, session_at
from webinars.cycles.states import CycleState
from webinars.journal.deeds import Deed, journalled
from webinars.planning import actions
from webinars.planning.blueprint import bp
from webinars.planning.contributors import answers_of, settle_contributors
from webinars.planning.editor.programme import programme_of
from webinars.planning.editor.session_forms import NewSessionForm, SessionFields, SessionForm, SeveralForm
from webinars.planning.fields import changes_rows
from webinars.planning.locks import hold_session
from webinars.planning.updates import actions as updates_actions
from webinars.planning.updates.notification import NotifiedCounts, expecting
from webinars.planning.updates.overview import WaitingUpdate, pending_in_cycle, pending_of
from webinars.registration.links import cycle_link
from webinars.registration.seats import seats_taken
from webinars.storage.extensions import db
from webinars.web.access import current_actor
from webinars.web.forms.fields import is_preview
from webinars.web.list_address import asked_page
from webinars.web.refusals import refuse_on


@bp.get("/cycles/<slug>")
def cycle(slug: str) -> str:
    """The sessions of the cycle."""
    return _page("planning/cycle.html", cycle_of(g.organisation, slug) or abort(404))


@bp.route("/cycles/<slug>/sessions/new", methods=["GET", "POST"])
@journalled(Deed.SESSION_ADDED)
def new_session(slug: str) -> ResponseReturnValue:
    """One more session, with everything about it."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    form = NewSessionForm(data={"timezone": cycle.timezone})
    now = clock.now()
    if _change_rows(form) or not _check(form, cycle, 0, past_at=_past_at(cycle, now)):
        return _page("planning/new_session.html", cycle, form=form)
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    session = Session()
    form.populate_obj(session)
    form.set_hours(session, timezone=form.zone_name, now=now)
    actions.add_session(cycle, session, by=current_actor(), now=now)
    actions.set_people(session, form.people())
    actions.set_resources(session, form.remaining())
    settle_contributors(session, by=current_actor(), now=now)
    response = finish(attempt, url_for(".cycle", slug=slug))
    db.session.commit()
    flash(_("The session is in the programme."), "good")
    return response


@bp.route("/cycles/<slug>/sessions/add", methods=["GET", "POST"])
@journalled(Deed.SESSION_ADDED)
def add_sessions(slug: str) -> ResponseReturnValue:
    """Several sessions at once, with the essential of each."""
    cycle, form, now = cycle_of(g.organisation, slug) or abort(404), SeveralForm(), clock.now()
    if (
        changes_rows(form.sessions)
        or not form.is_submitted()
        or not form.check(cycle.zone, are_hours_needed=cycle.is_public, past_at=_past_at(cycle, now))
    ):
        return _page("planning/add_sessions.html", cycle, form=form)
    rows = form.sessions.filled()
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    for row in rows:
        session = Session(timezone=cycle.timezone)
        row.populate_obj(session)
        row.set_hours(session, timezone=cycle.timezone, now=now)
        actions.add_session(cycle, session, by=current_actor(), now=now)
    response = finish(attempt, url_for(".cycle", slug=slug))
    db.session.commit()
    flash(ngettext("%(num)s session is added.", "%(num)s sessions are added.", len(rows)), "good")
    return response


@bp.route("/cycles/<slug>/sessions/<session_slug>", methods=["GET", "POST"])
@journalled(Deed.SESSION_CHANGED, Deed.SEATS_CHANGED, Deed.UPDATE_PREPARED)
def session(slug: str, session_slug: str) -> ResponseReturnValue:
    """The editor of one session, on the page of its cycle."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    if request.method == "POST" and not hold_session(session):
        abort(404)
    form, taken = _form_of(session), seats_taken([session.id])[session.id]
    if (
        _change_rows(form)
        or not _takes_over(form, session)
        or not _check(form, session.cycle, taken, past_at=_past_of(session, taken))
    ):
        return _editor(session, form, taken)
    refuse_on(form, lambda: _refused(slug, session_slug, form))
    told = _save(session, form)
    form.tell_kept(session.zone)
    db.session.commit()
    waits = pending_of(session, now=clock.now()) if told else None
    flash(_saved_words(told, waits), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


def _refused(slug: str, session_slug: str, form: SessionForm) -> tuple[str, int]:
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    return _editor(session, form, seats_taken([session.id])[session.id])


def _editor(session: Session, form: SessionForm, taken: int) -> tuple[str, int]:
    told = expecting(session) if updates_actions.may_tell(session, clock.now()) else NotifiedCounts()
    page = _page(
        "planning/session.html",
        session.cycle,
        form=form,
        open=session,
        taken=taken,
        told=told,
        answers=answers_of(session),
    )
    return page, form.status


def _form_of(session: Session) -> SessionForm:
    """The form with what was sent; else with what is kept, which it remembers."""
    form = SessionForm(**_kept(session))
    if not form.is_typed:
        _show_clocks(form, session)
        form.remember(form, session)
    return form


def _kept(session: Session) -> dict[str, Any]:
    people = contributors_of([session])[session.id]
    remaining = [one for one in resources_of(session.cycle) if one.session_id == session.id]
    return {"obj": session, "data": {"contributors": people, "resources": remaining}}


def _show_clocks(form: SessionForm, session: Session) -> None:
    form.show_windows(session)
    form.show_occurrences(session)


def _takes_over(form: SessionForm, session: Session) -> bool:
    stored = SessionForm(formdata=None, **_kept(session))
    _show_clocks(stored, session)
    return form.take_over(stored, session)


def _change_rows(form: SessionFields) -> bool:
    """Gives the form the rows its buttons ask for; whether it is only shown, with a preview perhaps, and not yet kept."""
    return changes_rows(form.contributors, form.resources) or is_preview() or not form.is_submitted()


def _check(form: SessionFields, cycle: Cycle, taken: int, *, past_at: datetime | None) -> bool:
    """Says every point that keeps the form from being kept; whether there is none."""
    is_sound = form.validate()
    return form.check(are_hours_needed=cycle.is_public, seats_taken=taken, past_at=past_at) and is_sound


def _past_at(cycle: Cycle, now: datetime) -> datetime | None:
    """Now, where people sign up, so that one who types the past is asked; else nothing: old cycles are entered, too."""
    return now if cycle.state is CycleState.PUBLISHED else None


def _past_of(session: Session, taken: int) -> datetime | None:
    """The same for a session that is there; one that is over may be corrected, one that people wait for not be moved."""
    now = clock.now()
    return None if taken or session.is_over(now) else _past_at(session.cycle, now)


def _save(session: Session, form: SessionForm) -> NotifiedCounts:
    """Writes what this person changed of the held session; says how many will hear of it."""
    settings: Settings = current_app.config["SETTINGS"]
    return actions.edit_session(
        session,
        form.changes(),
        by=current_actor(),
        are_texts_told=bool(form.are_texts_told.data),
        settle_seconds=settings.settle_seconds,
        now=clock.now(),
    )


def _saved_words(told: NotifiedCounts, waits: WaitingUpdate | None) -> str:
    saved = _("The session is saved.")
    if waits is not None:  # that stands on the page itself
        return saved
    if not told.people:
        return f"{saved} {told.unreached_words}".strip()
    return _("The session is saved. A message goes to %(people)s.", people=told.words)


def _page(template: str, cycle: Cycle, **more: Any) -> str:
    now = clock.now()
    programme = programme_of(cycle, now=now)
    number = asked_page() if "page" in request.args else None
    return render_template(
        template,
        cycle=cycle,
        programme=programme,
        listed=programme.page(number, of=more.get("open")),
        updates=pending_in_cycle(cycle, now=now),
        address=cycle_link(cycle),
        preview=is_preview(),
        **more,
    )
