"""A report enters: dropped, previewed, applied, undone."""

from functools import partial
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webinars import clock
from webinars.attendance import queries
from webinars.attendance.forms import UploadForm
from webinars.attendance.imports import actions, child
from webinars.attendance.imports.preparation import as_it_will_be, prepared_from
from webinars.attendance.imports.preview import AttendedPerson, Preview
from webinars.attendance.imports.uploads import StoredUploads
from webinars.attendance.matching.matcher import Outcome
from webinars.attendance.models import ReportState
from webinars.attendance.pending_lines import waiting_in
from webinars.attendance.reports.connections import Answers
from webinars.attendance.reports.contents import MAX_BYTES
from webinars.attendance.reports.errors import FileTooLarge, NoRows, TimezoneSuspect
from webinars.attendance.reports.notices import SENTENCES, Notice
from webinars.attendance.session_forms import session_page
from webinars.cycles.models import Session
from webinars.cycles.queries import session_at
from webinars.journal.deeds import Deed, journalled
from webinars.storage.transactions import reads_first, start_writing
from webinars.web.access import MEGABYTE, OrganiserBlueprint, current_actor, takes_upload
from webinars.web.list_address import asked_page, list_arguments
from webinars.web.paging import part_of
from webinars.web.refusals import show_refusals
from webinars.words.text import cut_line

FILE_NAME = 200
PAGE = 50

bp = OrganiserBlueprint("reports", __name__)


def _too_large(slug: str, session_slug: str) -> tuple[str, int]:
    refused = FileTooLarge(limit="bytes")
    return session_page(_session_at(slug, session_slug), refused=refused), 413


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/report")
@reads_first
@takes_upload(MAX_BYTES + MEGABYTE, otherwise=_too_large)
def drop(slug: str, session_slug: str) -> Response | tuple[str, int]:
    """Reads the dropped file; what cannot be read is refused here and nothing is kept."""
    session = _session_at(slug, session_slug)
    session_id, form = session.id, UploadForm()
    if not form.validate_on_submit():
        return session_page(session, upload=form), 422
    content = form.report.data.read()
    name, settings = cut_line(form.report.data.filename or "", FILE_NAME), current_app.config["SETTINGS"]
    show_refusals(
        lambda refused: (
            session_page(_session_at(slug, session_slug), upload=form, refused=refused),
            refused.status,
        )
    )
    reading = partial(actions.read_dropped, session_id, content, settings=settings, now=clock.now())
    digest = child.done(reading, settings, is_long=len(content) >= child.LONG)
    session = _session_at(slug, session_slug)
    return redirect(_preview_address(session, digest, name=name), 303)


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance/report/<digest>")
def preview(slug: str, session_slug: str, digest: str) -> str | tuple[str, int]:
    """What importing the dropped file would record."""
    session = _session_at(slug, session_slug)
    content = _pending().read(session, digest)
    if content is None:
        abort(404)
    facts: dict[str, Any] = {
        "session": session,
        "digest": digest,
        "name": cut_line(request.args.get("name", ""), FILE_NAME),
    }
    try:
        answers, settings = _answers(request.args.to_dict()), current_app.config["SETTINGS"]
        seen = as_it_will_be(
            session, prepared_from(session, digest, content, answers, settings).preview, now=clock.now()
        )
    except (TimezoneSuspect, NoRows) as question:
        return render_template("attendance/question.html", cycle=session.cycle, question=question, **facts)
    return _preview_page(seen, **facts)


def _preview_page(seen: Preview, *, session: Session, digest: str, name: str) -> str:
    doubtful = [*seen.of(Outcome.REVIEW), *seen.of(Outcome.UNMATCHED)]
    overruled = [one for one in seen.attended if one.is_overruled]
    others = [one for one in seen.attended if not one.is_overruled]
    found = part_of([*overruled, *others, *seen.of(Outcome.TEAM)], page=asked_page(), per_page=PAGE)
    by_hand = [
        int(one.person.key) for one in found.items if isinstance(one, AttendedPerson) and one.is_overruled
    ]
    return render_template(
        "attendance/preview.html",
        cycle=session.cycle,
        session=session,
        digest=digest,
        name=name,
        preview=seen,
        notices=[SENTENCES[Notice(code)] for code in seen.notices],
        known=queries.same_report(session, digest),
        answers=request.args,
        list_arguments=list_arguments(),
        decided=part_of(seen.decided, page=asked_page("decided"), per_page=PAGE),
        doubtful=part_of(doubtful, page=asked_page("doubtful"), per_page=PAGE),
        found=found,
        people=queries.people_by_id(by_hand),
    )


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/report/<digest>/apply")
@journalled(Deed.REPORT_IMPORTED)
@reads_first
def apply(slug: str, session_slug: str, digest: str) -> Response:
    """Records the previewed file, at once or not at all; asked again, leads where it led the first time."""
    session = _session_at(slug, session_slug)
    session_id, content = session.id, _pending().read(session, digest)
    start_writing()
    if content is not None:
        _record(session_id, digest, content)
    session = _session_at(slug, session_slug)
    if content is None and queries.same_report(session, digest) is None:
        abort(404)
    _pending().drop(session, digest)
    if waiting_in(session):
        return redirect(_address("review.next_line", slug, session_slug), 303)
    flash(_("The report is imported: every line found its person."), "good")
    return redirect(_address("attendance.session", slug, session_slug), 303)


def _record(session_id: int, digest: str, content: bytes) -> None:
    settings = current_app.config["SETTINGS"]
    recording = partial(
        actions.record_previewed,
        session_id,
        digest,
        content,
        answers=_answers(request.form.to_dict()),
        file_name=cut_line(request.form.get("name", ""), FILE_NAME),
        by=current_actor(),
        now=clock.now(),
        settings=settings,
    )
    child.done(recording, settings, is_long=len(content) >= child.LONG)


@bp.get("/cycles/<slug>/sessions/<session_slug>/attendance/imports/<report_id>/undo")
def confirm_undo(slug: str, session_slug: str, report_id: str) -> str:
    """Asks before an import is taken back."""
    session = _session_at(slug, session_slug)
    report = queries.find_report(session, report_id)
    if report is None or report.state is ReportState.UNDONE:
        abort(404)
    return render_template("attendance/undo.html", cycle=session.cycle, session=session, report=report)


@bp.post("/cycles/<slug>/sessions/<session_slug>/attendance/imports/<report_id>/undo")
@journalled(Deed.IMPORT_UNDONE)
@reads_first
def undo(slug: str, session_slug: str, report_id: str) -> Response:
    """Takes an import back, with the decisions about its lines."""
    session = _session_at(slug, session_slug)
    report = queries.find_report(session, report_id)
    if report is None:
        abort(404)
    undoing = partial(actions.take_back, session.id, report.public_id, by=current_actor(), now=clock.now())
    is_long = queries.count_lines(report) >= child.MANY
    start_writing()
    child.done(undoing, current_app.config["SETTINGS"], is_long=is_long)
    flash(_("The import is undone: attendance is as it was before."), "good")
    return redirect(_address("attendance.session", slug, session_slug), 303)


def _answers(given: dict[str, str]) -> Answers:
    shift = given.get("shift", "")
    is_number = shift.removeprefix("-").isdecimal() and len(shift) <= 3
    return Answers(
        shift_hours=int(shift) if is_number else None,
        nobody_came=given.get("nobody") == "yes",
    )


def _pending() -> StoredUploads:
    return StoredUploads(current_app.config["SETTINGS"].storage)


def _address(endpoint: str, slug: str, session_slug: str) -> str:
    return url_for(endpoint, slug=slug, session_slug=session_slug)


def _preview_address(session: Session, digest: str, *, name: str) -> str:
    return url_for(
        ".preview", slug=session.cycle.slug, session_slug=session.slug, digest=digest, name=name or None
    )


def _session_at(slug: str, session_slug: str) -> Session:
    return session_at(g.organisation, slug, session_slug) or abort(404)
