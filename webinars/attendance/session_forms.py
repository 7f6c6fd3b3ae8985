"""The page of one session's attendance: the list, and every form that stands on it."""

from urllib.parse import urlencode

from flask import render_template, request

from webinars import clock
from webinars.attendance import queries
from webinars.attendance.attendees import AttendeeFilter, AttendeeSearch, attendees, tally_of
from webinars.attendance.forms import HeadcountForm, UploadForm, WalkInForm
from webinars.attendance.models import Attendance
from webinars.attendance.pending_lines import waiting_in
from webinars.cycles.models import Session
from webinars.errors import Refusal
from webinars.registration.models import Registrant
from webinars.web.access import current_actor
from webinars.web.list_address import asked_page, asked_words, list_arguments
from webinars.web.paging import part_of

HEADCOUNTS = 20


def session_page(
    session: Session,
    *,
    upload: UploadForm | None = None,
    walk_in: WalkInForm | None = None,
    headcount: HeadcountForm | None = None,
    refused: Refusal | None = None,
    meanwhile: tuple[Registrant, Attendance | None] | None = None,
) -> str:
    """The page of one session's attendance, with whichever form was refused."""
    now = clock.now()
    asked = _asked(said=meanwhile[0].public_id if meanwhile else request.args.get("said", ""))
    headcounts = queries.headcounts_of(session)
    return render_template(
        "attendance/session.html",
        cycle=session.cycle,
        session=session,
        asked=asked,
        list_arguments=list_arguments(),
        page=attendees(session, asked, page=asked_page()),
        tally=tally_of(session, sum(one.people for one in headcounts)),
        headcounts=part_of(headcounts, page=asked_page("heads"), per_page=HEADCOUNTS),
        reports=queries.reports_of(session),
        waiting=waiting_in(session),
        upload=upload or UploadForm(formdata=None),
        walk_in=walk_in or WalkInForm(formdata=None, prefix="walk-"),
        headcount=headcount or HeadcountForm(formdata=None, prefix="heads-"),
        refused=refused,
        meanwhile=meanwhile,
        is_begun=session.has_started(now),
        said_together=_said_together(session),
        opened=request.endpoint,
    )


def early_question(session: Session) -> str | None:
    """The page that asks whether a session that has not begun is meant; nothing once it has, or once that was said."""
    if session.has_started(clock.now()) or request.args.get("early"):
        return None
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    asked = [(name, value) for name, value in request.args.items() if name != "early"]
    return render_template(
        "attendance/early.html",
        cycle=session.cycle,
        session=session,
        typed=typed,
        there=f"{request.path}?{urlencode([*asked, ('early', 'yes')])}",
        list_arguments=list_arguments(),
    )


def _said_together(session: Session) -> tuple[int, int] | None:
    """Of how many people the words the address names still hold, said by whoever looks; with where they begin."""
    first = request.args.get("together", "")
    if not (first.isascii() and first.isdigit() and len(first) < 19):
        return None
    people = queries.people_said_together(session, int(first), by=current_actor())
    return (int(first), len(people)) if people else None


def _asked(*, said: str) -> AttendeeSearch:
    show = next((one for one in AttendeeFilter if one == request.args.get("show")), None)
    return AttendeeSearch(words=asked_words(), show=show, said=said[:16])
