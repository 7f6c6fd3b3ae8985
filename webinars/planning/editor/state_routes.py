"""What changes the life of a cycle or of a session: a page asks, a button does."""

from dataclasses import replace
from datetime import datetime

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from config import Settings
from webinars import clock
from webinars.attempts.forms import CountedForm, finish, redirect_again
from webinars.attendance.missing_reports import without_report
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_of, session_at
from webinars.cycles.states import CycleState, Format
from webinars.cycles.words import closed_words
from webinars.journal.deeds import Deed, journalled
from webinars.planning import actions
from webinars.planning.blueprint import bp
from webinars.planning.editor.lifecycle import STEPS, take
from webinars.planning.editor.programme import programme_of
from webinars.planning.editor.readiness import points_of
from webinars.planning.editor.session_forms import EnlargeForm
from webinars.planning.errors import PeopleAreInTheCycle, SeatsAreTaken
from webinars.planning.locks import hold_session
from webinars.planning.queries import has_people, loss_of
from webinars.planning.updates.actions import settled_at
from webinars.planning.updates.forms import WordForm
from webinars.planning.updates.notification import NotifiedCounts, expecting, would_be_restored
from webinars.planning.updates.overview import leaving_words, pending_of
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.seats import Seats, seats_of, waiting_for
from webinars.storage.extensions import db
from webinars.web.access import current_actor


@bp.route("/cycles/<slug>/<any(publish, unpublish, close, reopen, archive):step>", methods=["GET", "POST"])
@journalled(
    Deed.CYCLE_PUBLISHED,
    Deed.CYCLE_UNPUBLISHED,
    Deed.CYCLE_CLOSED,
    Deed.CYCLE_REOPENED,
    Deed.CYCLE_ARCHIVED,
)
def change_state(slug: str, step: str) -> ResponseReturnValue:
    """Publishes, closes, reopens or puts away, once that is confirmed."""
    cycle, asked, now = cycle_of(g.organisation, slug) or abort(404), STEPS[step], clock.now()
    if request.method != "POST":
        programme = programme_of(cycle, now=now)
        lacking = without_report([row.session.id for row in programme.rows], now=now)
        ticked = {row.session.id for row in programme.rows if row.session.format is Format.ON_SITE}
        refusal = PeopleAreInTheCycle if asked.is_danger and has_people(cycle) else None
        return render_template(
            "planning/change_state.html",
            cycle=cycle,
            step=asked,
            programme=programme,
            reports=len(lacking - ticked),
            lists=len(lacking & ticked),
            refusal=refusal,
            points=points_of(cycle, programme.sessions) if asked.starts_from is CycleState.DRAFT else [],
        )
    if take(asked, cycle, by=current_actor(), now=now):
        flash(str(asked.done), "good")
    db.session.commit()
    return redirect(url_for(".cycle", slug=slug), 303)


@bp.route("/cycles/<slug>/cancel", methods=["GET", "POST"])
@journalled(Deed.CYCLE_CANCELLED, Deed.SESSION_CANCELLED)
def cancel_cycle(slug: str) -> ResponseReturnValue:
    """Cancels all that is still to come, with a word to those who are told."""
    cycle, form, now = cycle_of(g.organisation, slug) or abort(404), WordForm(), clock.now()
    if not form.validate_on_submit():
        return render_template(
            "planning/cancel_cycle.html", cycle=cycle, form=form, loss=loss_of(cycle, now=now)
        )
    actions.cancel_cycle(
        cycle,
        by=current_actor(),
        settle_seconds=_settle_seconds(),
        now=now,
        word=form.word.data or "",
    )
    db.session.commit()
    flash(_("The cycle is cancelled."), "good")  # what waits stands on the page itself
    return redirect(url_for(".cycle", slug=slug), 303)


@bp.route("/cycles/<slug>/sessions/<session_slug>/cancel", methods=["GET", "POST"])
@journalled(Deed.SESSION_CANCELLED)
def cancel_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """Cancels the session, with a word to those who are told."""
    session, form, now = session_at(g.organisation, slug, session_slug) or abort(404), WordForm(), clock.now()
    if not form.validate_on_submit():
        return _before_cancelling(session, form, now=now)
    told = actions.cancel_session(
        session,
        by=current_actor(),
        settle_seconds=_settle_seconds(),
        now=now,
        word=form.word.data or "",
    )
    db.session.commit()
    has_left = pending_of(session, now=now) is None  # what waits stands on the page itself
    flash(_cancelled_words(told if has_left else NotifiedCounts()), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


def _cancelled_words(told: NotifiedCounts) -> str:
    if told.people:
        return _("The session is cancelled. A message goes to %(people)s.", people=told.words)
    cancelled = _("The session is cancelled.")
    return f"{cancelled} {told.unreached_words}".strip()


def _before_cancelling(session: Session, form: WordForm, *, now: datetime) -> str:
    due_at = settled_at(session, AnnouncedFacts.of(session), settle_seconds=_settle_seconds(), now=now)
    return render_template(
        "planning/cancel_session.html",
        cycle=session.cycle,
        session=session,
        form=form,
        told=expecting(session),
        leaves=leaving_words(due_at, session.cycle, now=now) if due_at > now else "",
        now=now,
    )


@bp.route("/cycles/<slug>/sessions/<session_slug>/restore", methods=["GET", "POST"])
@journalled(Deed.SESSION_RESTORED)
def restore_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """Takes a cancellation back; those it has reached hear so."""
    session, now = session_at(g.organisation, slug, session_slug) or abort(404), clock.now()
    if request.method != "POST":
        return render_template(
            "planning/restore_session.html",
            cycle=session.cycle,
            session=session,
            pending=pending_of(session, now=now),
            told=would_be_restored(session),
            closed_words=closed_words(session.cycle),
        )
    told = actions.restore_session(session, by=current_actor(), settle_seconds=_settle_seconds(), now=now)
    words = _restored_words(told, session.cycle)
    db.session.commit()
    flash(words, "good")
    return redirect(url_for(".cycle", slug=slug), 303)


def _restored_words(told: NotifiedCounts, cycle: Cycle) -> str:
    is_back = (
        _("The session takes place. A message goes to %(people)s.", people=told.words)
        if told.people
        else _("The session takes place.")
    )
    return " ".join(words for words in (is_back, told.unreached_words, closed_words(cycle)) if words)


@bp.route("/cycles/<slug>/sessions/<session_slug>/remove", methods=["GET", "POST"])
@journalled(Deed.SESSION_REMOVED)
def remove_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """Takes a session nobody registered for out of the programme."""
    form, now = CountedForm(), clock.now()
    if not form.validate_on_submit():
        session = session_at(g.organisation, slug, session_slug) or abort(404)
        return render_template(
            "planning/remove_session.html", cycle=session.cycle, session=session, form=form
        )
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    actions.remove_session(session, by=current_actor(), now=now)
    response = finish(attempt, url_for(".cycle", slug=slug))
    db.session.commit()
    flash(_("The session is out of the programme."), "good")
    return response


@bp.route("/cycles/<slug>/sessions/<session_slug>/seats", methods=["GET", "POST"])
@journalled(Deed.SEATS_CHANGED)
def enlarge_session(slug: str, session_slug: str) -> ResponseReturnValue:
    """Gives the session another number of seats; those who wait take the new ones."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    if session.is_over(clock.now()) or (request.method == "POST" and not hold_session(session)):
        abort(404)
    seats, waiting = seats_of([session])[session.id], len(waiting_for(session))
    form = _seats_form(session, suggested=seats.enough_for(waiting))
    if not form.is_submitted() or not _check_seats(form, session, seats):
        page = render_template(
            "planning/enlarge_session.html",
            cycle=session.cycle,
            session=session,
            form=form,
            taken=seats.taken,
            waiting=waiting,
        )
        return page, form.status
    promoted = _keep_seats(session, form) if form.changed else 0
    form.tell_kept(session.zone)
    db.session.commit()
    flash(_promoted_words(promoted), "good")
    return redirect(url_for(".cycle", slug=slug), 303)


def _seats_form(session: Session, *, suggested: int) -> EnlargeForm:
    form = EnlargeForm(obj=session)
    if not form.is_typed:
        form.remember(form, session)
        if session.capacity is not None:
            form.capacity.data = suggested
    return form


def _check_seats(form: EnlargeForm, session: Session, seats: Seats) -> bool:
    if not form.take_over(EnlargeForm(formdata=None, obj=session), session) or not form.validate():
        return False
    if replace(seats, capacity=form.capacity.data).is_overdrawn:
        form.capacity.errors = [str(SeatsAreTaken(seats.taken))]
    return not form.errors


def _keep_seats(session: Session, form: EnlargeForm) -> int:
    return len(actions.enlarge(session, capacity=form.capacity.data, by=current_actor(), now=clock.now()))


def _promoted_words(promoted: int) -> str:
    if not promoted:
        return _("The number of seats is saved.")
    return ngettext(
        "%(num)s person who waited has a seat and is invited.",
        "%(num)s people who waited have a seat and are invited.",
        promoted,
    )


def _settle_seconds() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.settle_seconds
