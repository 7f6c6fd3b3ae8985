"""The attendance of a cycle and of one session, by hand."""

from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from webinars import clock
from webinars.attempts.forms import finish, redirect_again
from webinars.attendance import actions, queries
from webinars.attendance.forms import HeadcountForm, WalkInForm
from webinars.attendance.missing_reports import without_report
from webinars.attendance.models import Attendance, Conclusion
from webinars.attendance.pending_lines import waiting_by_session
from webinars.attendance.session_forms import early_question, session_page
from webinars.cycles.models import Session
from webinars.cycles.queries import cycle_of, session_at, sessions_of
from webinars.journal.deeds import Deed, journalled
from webinars.registration.models import Registrant
from webinars.registration.team import team_ids
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.list_address import list_arguments
from webinars.web.refusals import refuse_on

bp = OrganiserBlueprint("attendance", __name__)

BY_HAND = (Conclusion.PRESENT, Conclusion.ABSENT, Conclusion.EXCUSED)


@bp.get("/cycles/<slug>/attendance")
def cycle(slug: str) -> str:
    """The sessions of the cycle, with what is known of who came."""
    found = cycle_of(g.organisation, slug) or abort(404)
    sessions = [session for session in sessions_of(found) if session.is_dated]
    ids, now = [session.id for session in sessions], clock.now()
    return render_template(
        "attendance/cycle.html",
        cycle=found,
        sessions=sessions,
        conclusions=queries.conclusions_of(sessions),
        waiting=waiting_by_session(ids),
        without_report=without_report(ids, now=now),
        now=now,
    )


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance")
def session(slug: str, session_slug: str) -> str:
    """The session's list, as it stands."""
    return session_page(_session_at(slug, session_slug))


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/tick")
@journalled(Deed.ATTENDANCE_STATED, Deed.ATTENDANCE_TAKEN_BACK)
def tick(slug: str, session_slug: str) -> ResponseReturnValue:
    """Somebody was present, absent or excused; or that word is taken back."""
    session = _session_at(slug, session_slug)
    public_id, word, shown, *_rest = f"{request.form.get('tick', '')}::".split(":")
    person = queries.find_person(session, public_id)
    if person is None or (word and word not in BY_HAND):
        abort(400)
    if question := early_question(session):
        return question
    queries.hold(session)
    known = queries.attendance_of(session, person.id)
    if _is_stale(known, shown):
        return session_page(session, meanwhile=(person, known)), 409
    if not _is_said(known, word):
        conclusion = Conclusion(word) if word else None
        actions.state(session, person, conclusion, by=current_actor(), now=clock.now())
    db.session.commit()
    if digest := request.args.get("report"):
        flash(_("What was marked by hand for %(name)s is taken back.", name=person.name), "good")
        return redirect(_preview_address(slug, session_slug, digest), 303)
    said = public_id if request.args.get("show") else None
    return redirect(_address(slug, session_slug, said=said, _anchor=f"p-{public_id}"), 303)


def _is_stale(known: Attendance | None, shown: str) -> bool:
    """Whether something else is concluded than the page showed, and not by a word of this person's own."""
    is_mine = known is not None and known.is_word_of(current_actor())
    return (known.as_shown if known else "") != shown and not is_mine


def _is_said(known: Attendance | None, word: str) -> bool:
    """Whether this very word holds already: pressed twice, it is said once."""
    by_hand = known is not None and known.is_by_hand
    return (by_hand and known is not None and known.conclusion == word) if word else not by_hand


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/others")
@journalled(Deed.OTHERS_STATED_PRESENT)
def state_others(slug: str, session_slug: str) -> Response | str:
    """Whoever is registered and not recorded was present."""
    session = _session_at(slug, session_slug)
    if question := early_question(session):
        return question
    together = actions.state_others_present(session, by=current_actor(), now=clock.now())
    db.session.commit()
    return redirect(_address(slug, session_slug, together=together), 303)


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/others/<int:evidence_id>/undo")
@journalled(Deed.OTHERS_TAKEN_BACK)
def take_back_others(slug: str, session_slug: str, evidence_id: int) -> Response:
    """Those words, said together, hold no longer."""
    session = _session_at(slug, session_slug)
    if not queries.is_said_of(session, evidence_id):
        abort(404)
    people = actions.take_back_others(session, evidence_id, by=current_actor(), now=clock.now())
    db.session.commit()
    words = ngettext(
        "%(num)s person is not recorded any more.", "%(num)s people are not recorded any more.", people
    )
    flash(words, "good")
    return redirect(_address(slug, session_slug), 303)


@bp.route("/cycles/<slug>/sessions/<session_slug>/attendance/walk-in", methods=["GET", "POST"])
@journalled(Deed.WALK_IN_ADDED)
def walk_in(slug: str, session_slug: str) -> ResponseReturnValue:
    """Somebody who had not registered came; looked at, the list with that form."""
    session = _session_at(slug, session_slug)
    form = WalkInForm(prefix="walk-")
    if not form.validate_on_submit():
        return session_page(session, walk_in=form), 422 if form.is_submitted() else 200
    if question := early_question(session):
        return question
    now = clock.now()
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    refuse_on(form, lambda: (session_page(_session_at(slug, session_slug), walk_in=form), 422))
    person = _add(session, form, now=now)
    if person.id in team_ids(session):
        flash(_("%(name)s is of the team, and is not counted.", name=person.name))
    else:
        flash(_("%(name)s is counted as present.", name=person.name), "good")
    response = finish(attempt, _address(slug, session_slug))
    db.session.commit()
    return response


def _add(session: Session, form: WalkInForm, *, now: datetime) -> Registrant:
    return actions.add_walk_in(
        session, form.identity(), email=form.email.data or None, by=current_actor(), now=now
    )


@bp.route("/cycles/<slug>/sessions/<session_slug>/attendance/headcount", methods=["GET", "POST"])
@journalled(Deed.HEADCOUNT_SET)
def headcount(slug: str, session_slug: str) -> ResponseReturnValue:
    """Several people sat behind one connection; looked at, the list with that form."""
    session = _session_at(slug, session_slug)
    form = HeadcountForm(prefix="heads-")
    if not form.validate_on_submit():
        return session_page(session, headcount=form), 422 if form.is_submitted() else 200
    if question := early_question(session):
        return question
    now = clock.now()
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    people: Any = form.people.data
    actions.count_heads(session, people, label=form.label.data or "", by=current_actor(), now=now)
    flash(ngettext("%(num)s person more is counted.", "%(num)s people more are counted.", people), "good")
    response = finish(attempt, _address(slug, session_slug))
    db.session.commit()
    return response


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/headcount/<int:headcount_id>/remove")
@journalled(Deed.HEADCOUNT_REMOVED)
def remove_headcount(slug: str, session_slug: str, headcount_id: int) -> Response:
    """That shared connection is counted no more."""
    session = _session_at(slug, session_slug)
    counted = queries.find_headcount(session, headcount_id) or abort(404)
    actions.withdraw_headcount(counted, session, by=current_actor(), now=clock.now())
    db.session.commit()
    return redirect(_address(slug, session_slug), 303)


def _session_at(slug: str, session_slug: str) -> Session:
    return session_at(g.organisation, slug, session_slug) or abort(404)


def _preview_address(slug: str, session_slug: str, digest: str) -> str:
    """The preview of a report again, as it was looked at."""
    asked: dict[str, Any] = {one: request.args.get(one) for one in ("name", "shift", "nobody")}
    there = asked | list_arguments() | {"slug": slug, "session_slug": session_slug, "digest": digest}
    return url_for("reports.preview", **there, _anchor="found")


def _address(slug: str, session_slug: str, **more: Any) -> str:
    """The list again, at the place it was left at."""
    return url_for("attendance.session", slug=slug, session_slug=session_slug, **list_arguments(), **more)
