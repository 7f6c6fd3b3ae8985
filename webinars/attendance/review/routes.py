"""The doubtful lines, one at a time: candidates with their reasons, other answers, and the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from webinars import clock
from webinars.attendance import queries
from webinars.attendance.forms import HeadcountLineForm, WalkInLineForm
from webinars.attendance.matching.shown_names import split_name
from webinars.attendance.models import ReportLine
from webinars.attendance.review import actions
from webinars.attendance.review.candidates import candidates_for, search_people
from webinars.attendance.review.queue import Queue, QueuePart, decision_of, lines_asked, queue_of
from webinars.cycles.models import Session
from webinars.cycles.queries import session_at
from webinars.journal.deeds import Deed, journalled
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.list_address import asked_page, asked_words, list_arguments
from webinars.web.paging import page_of

PAGE = 50

bp = OrganiserBlueprint("review", __name__)

ReviewResponse = Response | tuple[str, int] | str


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance/review")
def next_line(slug: str, session_slug: str) -> ReviewResponse:
    """The first line that waits, or that none does."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    queue = queue_of(session)
    if queue.waiting:
        return redirect(_address(session, queue.waiting[0]), 303)
    return render_template("attendance/review_done.html", cycle=session.cycle, session=session, queue=queue)


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance/lines")
def lines(slug: str, session_slug: str) -> str:
    """The lines of the reports, a page at a time: those that wait, were decided or found their person."""
    session, words = session_at(g.organisation, slug, session_slug) or abort(404), asked_words()
    part = next((one for one in QueuePart if one == request.args.get("show")), QueuePart.WAITING)
    return render_template(
        "attendance/lines.html",
        cycle=session.cycle,
        session=session,
        part=part,
        words=words,
        list_arguments=list_arguments(),
        counts=queue_of(session).counts,
        page=page_of(lines_asked(session, part, words), page=asked_page(), per_page=PAGE),
    )


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance/review/<line_id>")
def line(slug: str, session_slug: str, line_id: str) -> str:
    """One line: what the report says, and who it may be."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    return _page(session, _require_line(session, line_id), **_typed(g.get("typed_before", {})))


def _page(
    session: Session,
    line: ReportLine,
    *,
    walk_in: WalkInLineForm | None = None,
    headcount: HeadcountLineForm | None = None,
    is_stale: bool = False,
) -> str:
    queue: Queue = queue_of(session)
    given, opened_form = decision_of(line), request.args.get("answer", "")
    first, last = split_name(line.name)
    blank_walk_in = WalkInLineForm(formdata=None, prefix="walk-", first_name=first, last_name=last)
    asked = asked_words()
    return render_template(
        "attendance/review.html",
        cycle=session.cycle,
        session=session,
        line=line,
        queue=queue,
        candidates=candidates_for(line, session, but=given.people if given else ()),
        given=given,
        is_choosing=given is None or is_stale or bool(opened_form or asked or walk_in or headcount),
        is_stale=is_stale,
        is_typing_walk_in=walk_in is not None,
        is_typing_heads=headcount is not None,
        asked=asked,
        found=search_people(session, asked) if asked else [],
        walk_in=walk_in or blank_walk_in,
        headcount=headcount or HeadcountLineForm(formdata=None, prefix="heads-"),
        opened_form=opened_form,
        has_keys=request.args.get("keys") != "off",
        last_decided=queue.last_decided,
    )


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/review/<line_id>")
@journalled(Deed.LINE_MATCHED, Deed.LINE_WALK_IN, Deed.LINE_HEADCOUNT, Deed.LINE_IGNORED, Deed.LINE_TEAM)
def decide(slug: str, session_slug: str, line_id: str) -> ReviewResponse:
    """One of the decisions: these people, a walk-in, several people, the team, nobody."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    found = _require_line(session, line_id)
    decisions: dict[str, Callable[[Session, ReportLine], ReviewResponse | None]] = {
        "person": _person,
        "walk-in": _walk_in,
        "headcount": _headcount,
        "team": _team,
        "ignore": _ignore,
    }
    take = decisions.get(request.form.get("decision", "").partition(":")[0])
    if take is None:
        abort(400)
    queries.hold_line(found)
    if _is_stale(found):
        return _stale_page(session, found)
    refused = take(session, found)
    if refused is not None:
        return refused
    db.session.commit()
    return redirect(url_for(".next_line", slug=slug, session_slug=session_slug), 303)


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/review/<line_id>/undo")
@journalled(Deed.LINE_TAKEN_BACK)
def undo(slug: str, session_slug: str, line_id: str) -> ReviewResponse:
    """The line waits again, or is again what the rules made of it."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    found = _require_line(session, line_id)
    queries.hold_line(found)
    if _is_stale(found):
        return _stale_page(session, found)
    actions.take_back(found, session, by=current_actor(), now=clock.now())
    address = _address(session, found)
    db.session.commit()
    return redirect(address, 303)


def _is_stale(line: ReportLine) -> bool:
    """Whether somebody else has decided the line since the page was shown."""
    is_others = line.decided_by is not None and not line.decided_by.is_same_as(current_actor())
    return is_others and request.form.get("shown", "") != line.as_shown


def _stale_page(session: Session, line: ReportLine) -> ReviewResponse:
    """What was decided meanwhile, with what was typed: sent again, it holds."""
    return _page(session, line, **_typed(request.form), is_stale=True), 409


def _typed(sent: Mapping[str, str]) -> dict[str, Any]:
    """The form that was filled to decide so."""
    kind = sent.get("decision", "")
    return {
        "walk_in": WalkInLineForm(prefix="walk-") if kind == "walk-in" else None,
        "headcount": HeadcountLineForm(prefix="heads-") if kind == "headcount" else None,
    }


def _person(session: Session, line: ReportLine) -> None:
    public_ids = [request.form["decision"].partition(":")[2], *request.form.getlist("also")]
    people = [queries.find_person(session, public_id) for public_id in public_ids if public_id]
    known = [person for person in people if person is not None]
    if not known or len(known) != len(people):
        abort(400)
    actions.decide_person(line, session, known, by=current_actor(), now=clock.now())


def _walk_in(session: Session, line: ReportLine) -> ReviewResponse | None:
    form = WalkInLineForm(prefix="walk-")
    if not form.validate_on_submit():
        return _page(session, line, walk_in=form), 422
    person = actions.decide_walk_in(line, session, form.identity(), by=current_actor(), now=clock.now())
    flash(_("%(name)s is counted as present, without a registration.", name=person.name), "good")
    return None


def _headcount(session: Session, line: ReportLine) -> ReviewResponse | None:
    form = HeadcountLineForm(prefix="heads-")
    if not form.validate_on_submit():
        return _page(session, line, headcount=form), 422
    people = form.people.data or 0
    actions.decide_headcount(line, session, people, by=current_actor(), now=clock.now())
    flash(ngettext("%(num)s person more is counted.", "%(num)s people more are counted.", people), "good")
    return None


def _team(session: Session, line: ReportLine) -> None:
    actions.decide_team(line, session, by=current_actor(), now=clock.now())


def _ignore(session: Session, line: ReportLine) -> None:
    actions.decide_nobody(line, session, by=current_actor(), now=clock.now())


def _require_line(session: Session, line_id: str) -> ReportLine:
    found = queries.find_line(session, line_id)
    if found is None:
        abort(404)
    return found


def _address(session: Session, line: ReportLine) -> str:
    return url_for(".line", slug=session.cycle.slug, session_slug=session.slug, line_id=line.public_id)
