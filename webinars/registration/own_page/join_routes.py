"""The way into a session: one address that stays, whatever becomes of the video room."""

from flask import Response, abort, g, make_response, redirect, render_template
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from webinars import clock
from webinars.cycles.models import Session
from webinars.cycles.queries import sessions_of
from webinars.registration import actions, queries
from webinars.registration.own_page.room import OPENS_BEFORE, Room, room_of
from webinars.storage.extensions import db
from webinars.web.access import PersonalBlueprint
from webinars.web.headers import LEADS_ELSEWHERE

bp = PersonalBlueprint("joining", __name__, url_prefix="/join")


@bp.get("/<token>/<session_id>")
def join(token: str, session_id: str) -> Response:
    """One button; before time, when the room opens."""
    session, room = _found(token, session_id)
    return _page(session, room)


@bp.post("/<token>/<session_id>")
def enter(token: str, session_id: str) -> AnyResponse:
    """To the video room as it is set at this moment; the page again when it is closed."""
    session, room = _found(token, session_id)
    if room is Room.OPEN:
        actions.prove(g.registrant, now=clock.now())
        db.session.commit()
        return redirect(session.join_url, 303)
    return _page(session, room)


def _found(token: str, session_id: str) -> tuple[Session, Room]:
    registrant = queries.registrant_by_token(token, queries.JOIN)
    session = queries.session_by_public_id(registrant.cycle_id, session_id) if registrant else None
    if registrant is None or session is None:
        abort(404)
    g.organisation, g.stated_language = registrant.cycle.organisation, registrant.language
    g.registrant, g.cycle = registrant, registrant.cycle
    refresh()
    registration = queries.live_registration(registrant.id, session.id)
    return session, room_of(session, registration, now=clock.now())


def _page(session: Session, room: Room) -> Response:
    now = clock.now()
    opens_at = session.local_start - OPENS_BEFORE if session.is_dated else None
    page = render_template(
        "registration/join.html",
        session=session,
        cycle=g.cycle,
        room=room,
        opens_at=opens_at,
        opens_today=opens_at is not None and opens_at.date() == now.astimezone(session.zone).date(),
        has_started=session.has_started(now),
        has_others=room is Room.CANCELLED and any(one.is_to_come(now) for one in sessions_of(g.cycle)),
        contact=g.cycle.contact_address,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = LEADS_ELSEWHERE
    return response
