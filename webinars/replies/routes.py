"""What calendars and people answered, and what waits for a person."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webinars import clock
from webinars.accounts.models import Role
from webinars.cycles.queries import cycle_of, sessions_of
from webinars.invitations.words import answer_words
from webinars.journal.actions import note
from webinars.journal.deeds import Deed, journalled
from webinars.replies import actions, queries, words
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.list_address import asked_page, list_arguments
from webinars.web.paging import page_of

PAGE = 50
TRAY = 20

bp = OrganiserBlueprint("replies", __name__)
post_bp = OrganiserBlueprint("incoming", __name__, role=Role.ADMINISTRATOR)


@bp.get("/cycles/<slug>/messages/answers")
def answers(slug: str) -> str:
    """What calendars and people answered, and what waits for a person."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    sessions = sessions_of(cycle)
    asked = next((one.slug for one in sessions if one.slug == request.args.get("session")), "")
    page = page_of(queries.answered(cycle, asked), page=asked_page(), per_page=PAGE)
    is_operator = g.membership.role is Role.ADMINISTRATOR and queries.is_only_organisation()
    return render_template(
        "replies/answers.html",
        cycle=cycle,
        counts=queries.counts_of(sessions),
        asked=asked,
        page=page,
        list_arguments=list_arguments(),
        histories=queries.histories([one.invitation_id for one in page.items if one.invitation_id]),
        waiting=page_of(queries.waiting_asked(cycle.id), page=asked_page("tray"), per_page=TRAY),
        elsewhere=queries.waiting_count(None) if is_operator else 0,
        words=words,
        answer_words=answer_words,
        now=clock.now(),
    )


@bp.post("/cycles/<slug>/messages/answers/<int:number>/handled")
@journalled(Deed.INCOMING_HANDLED)
def handled(slug: str, number: int) -> Response:
    """Takes a message out of the tray of its cycle."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    incoming = queries.waiting_one(cycle.id, number) or abort(404)
    actions.handle(incoming, by=current_actor(), now=clock.now())
    note(
        Deed.INCOMING_HANDLED,
        g.organisation.id,
        cycle.subject,
        by=current_actor(),
        now=clock.now(),
        detail=str(number),
    )
    db.session.commit()
    flash(_("The message is marked as handled."), "good")
    return redirect(url_for(".answers", slug=slug, _anchor="tray", **list_arguments()), 303)


@post_bp.get("/incoming")
def tray() -> str:
    """Messages that belong to no cycle, where the instance has one organisation."""
    _require_only_organisation()
    waiting = page_of(queries.waiting_asked(None), page=asked_page("tray"), per_page=TRAY)
    return render_template(
        "replies/incoming.html", waiting=waiting, words=words, list_arguments=list_arguments()
    )


@post_bp.post("/incoming/<int:number>/handled")
@journalled(Deed.INCOMING_HANDLED)
def tray_handled(number: int) -> Response:
    """Takes a message that belongs to no cycle out of the tray."""
    _require_only_organisation()
    incoming = queries.waiting_one(None, number) or abort(404)
    actions.handle(incoming, by=current_actor(), now=clock.now())
    note(
        Deed.INCOMING_HANDLED,
        g.organisation.id,
        g.organisation.subject,
        by=current_actor(),
        now=clock.now(),
        detail=str(number),
    )
    db.session.commit()
    flash(_("The message is marked as handled."), "good")
    return redirect(url_for(".tray", **list_arguments()), 303)


def _require_only_organisation() -> None:
    if not queries.is_only_organisation():
        abort(404)
