"""The programme of a cycle: its sessions, and the editor on the same page."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webinars import clock
from webinars.attendance.concluding import conclude_session
from webinars.cycles.finding import require_cycle, require_session
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import contributors_of, resources_of
from webinars.extensions import db
from webinars.planning import actions
from webinars.planning.blueprint import bp
from webinars.planning.errors import MovedIntoThePast
from webinars.planning.holding import hold_session
from webinars.planning.programme import programme_of
from webinars.planning.rows import changes_rows, is_preview
from webinars.planning.session_forms import SessionForm, SeveralForm
from webinars.planning.telling import Announced
from webinars.registration.seats import seats_taken
from webinars.registration.team import team_ids


@bp.get("/cycles/<slug>")
def cycle(slug: str) -> str:
    """The sessions of the cycle."""
    return _page("planning/cycle.html", require_cycle(slug))


@bp.route("/cycles/<slug>/sessions/new", methods=["GET", "POST"])
def new_session(slug: str) -> ResponseReturnValue:
    """One more session, with everything about it."""
    cycle = require_cycle(slug)
    form = SessionForm(data={"timezone": cycle.timezone})
    if not _is_good(form, cycle, taken=0):
        return _page("planning/new_session.html", cycle, form=form)
    now = clock.now()
    session = Session()
    form.populate_obj(session)
    form.set_hours(session, timezone=form.zone_name, now=now)
    actions.add_session(cycle, session, now=now)
    _set_lists(session, form)
    db.session.commit()
    flash(_("The session is in the programme."), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


@bp.route("/cycles/<slug>/sessions/add", methods=["GET", "POST"])
def add_sessions(slug: str) -> ResponseReturnValue:
    """Several sessions at once, with the essential of each."""
    cycle, form = require_cycle(slug), SeveralForm()
    if (
        changes_rows(form.sessions)
        or not form.is_submitted()
        or not form.is_good(cycle.zone, cycle.is_public)
    ):
        return _page("planning/add_sessions.html", cycle, form=form)
    now, rows = clock.now(), form.sessions.filled()
    for row in rows:
        session = Session(timezone=cycle.timezone)
        row.populate_obj(session)
        row.set_hours(session, timezone=cycle.timezone, now=now)
        actions.add_session(cycle, session, now=now)
    db.session.commit()
    flash(ngettext("%(num)s session is added.", "%(num)s sessions are added.", len(rows)), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


@bp.route("/cycles/<slug>/sessions/<session_slug>", methods=["GET", "POST"])
def session(slug: str, session_slug: str) -> ResponseReturnValue:
    """The editor of one session, on the page of its cycle."""
    session = require_session(slug, session_slug)
    cycle = session.cycle
    form = _filled(session)
    taken = seats_taken([session.id])[session.id]
    if not _is_good(form, cycle, taken=taken):
        return _page("planning/session.html", cycle, form=form, open=session, taken=taken)
    try:
        told = _save(session, form)
    except MovedIntoThePast as refused:
        db.session.rollback()
        form.day.errors = [str(refused)]
        return _page("planning/session.html", cycle, form=form, open=session, taken=taken)
    db.session.commit()
    flash(_saved_words(told), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


def _filled(session: Session) -> SessionForm:
    people = contributors_of([session])[session.id]
    remaining = [one for one in resources_of(session.cycle) if one.session_id == session.id]
    form = SessionForm(obj=session, data={"contributors": people, "resources": remaining})
    if not form.is_submitted():
        form.show_windows(session)
        form.show_turns(session)
    return form


def _is_good(form: SessionForm, cycle: Cycle, *, taken: int) -> bool:
    """Whether the form was sent to be kept and can be; every point is said at once."""
    if changes_rows(form.contributors, form.resources) or is_preview() or not form.is_submitted():
        return False
    is_sound = form.validate()
    return form.check(are_hours_needed=cycle.is_public, seats_taken=taken) and is_sound


def _save(session: Session, form: SessionForm) -> int:
    hold_session(session)
    now, before = clock.now(), Announced.of(session)
    seats = session.capacity
    form.populate_obj(session)
    form.set_hours(session, timezone=form.zone_name, now=now)
    team = team_ids(session)
    _set_lists(session, form)
    if team_ids(session) != team and session.is_dated:
        conclude_session(session, by=g.organiser.name, now=now)
    told = actions.session_changed(session, before, now=now)
    if session.capacity != seats:
        actions.enlarge(session, capacity=session.capacity, now=now)
    return told


def _set_lists(session: Session, form: SessionForm) -> None:
    actions.set_people(session, form.people())
    actions.set_resources(session, form.remaining())


def _saved_words(told: int) -> str:
    if not told:
        return _("The session is saved.")
    return ngettext(
        "The session is saved. %(num)s person receives an update; their calendar follows.",
        "The session is saved. %(num)s people receive an update; their calendars follow.",
        told,
    )


def _page(template: str, cycle: Cycle, **more: Any) -> str:
    programme = programme_of(cycle, now=clock.now())
    return render_template(
        template,
        cycle=cycle,
        programme=programme,
        people_count=programme.people,
        to_review=programme.review,
        preview=is_preview(),
        **more,
    )
