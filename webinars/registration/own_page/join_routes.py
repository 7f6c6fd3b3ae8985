"""The way into a session: one address that stays, whatever becomes of the video room."""

import math
from datetime import datetime
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from config import Settings
from webinars import clock
from webinars.cycles.models import Session
from webinars.cycles.queries import sessions_of
from webinars.registration import actions, queries
from webinars.registration.letters.page_link import PageLink, send_page_link
from webinars.registration.models import departure_of
from webinars.registration.own_page.blueprint import LinkBlueprint
from webinars.registration.own_page.forms import PersonalForm
from webinars.registration.own_page.room import OPENS_BEFORE, Room, room_of
from webinars.registration.signup.availability import as_public
from webinars.storage.extensions import db
from webinars.web.headers import LEADS_ELSEWHERE

bp = LinkBlueprint("joining", __name__, url_prefix="/join/<token>/<session_id>")


@bp.url_value_preprocessor
def _pop_door(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.door = {name: (values or {}).pop(name, "") for name in ("token", "session_id")}


@bp.url_defaults
def _fill_door(_endpoint: str, values: dict[str, Any]) -> None:
    for name, value in g.get("door", {}).items():
        values.setdefault(name, value)


@bp.get("")
def join() -> Response:
    """One button; before time, when the room opens."""
    session, room = _found()
    return _page(session, room)


@bp.post("")
def enter() -> AnyResponse:
    """To the video room as it is set at this moment; the page again when it is closed."""
    session, room = _found()
    if room is Room.OPEN:
        actions.prove(g.registrant, now=clock.now())
        db.session.commit()
        return redirect(session.join_url, 303)
    return _page(session, room)


@bp.post("/page")
def send_page() -> AnyResponse:
    """Sends whose door it is the link to their page, to their own address; whoever presses learns nothing of it."""
    session, room = _found()
    form = PersonalForm(g.registrant)
    if not form.validate_on_submit():
        return _page(session, room, form)
    settings: Settings = current_app.config["SETTINGS"]
    send_page_link(g.registrant, settings=settings, now=clock.now())
    db.session.commit()
    return redirect(url_for(".join", done="page", _anchor="my-page"), 303)


def _found() -> tuple[Session, Room]:
    registrant = queries.registrant_by_token(g.door["token"], queries.JOIN)
    session = queries.session_by_public_id(registrant.cycle_id, g.door["session_id"]) if registrant else None
    if registrant is None or session is None:
        abort(404)
    g.organisation, g.stated_language = registrant.cycle.organisation, registrant.language
    g.registrant, g.cycle = registrant, registrant.cycle
    refresh()
    registration = queries.live_registration(registrant.id, session.id)
    return session, room_of(session, registration, now=clock.now())


def _page(session: Session, room: Room, refused: PersonalForm | None = None) -> Response:
    now = clock.now()
    opens_at = session.local_start - OPENS_BEFORE if session.is_dated else None
    is_just_asked = request.args.get("done") == "page"
    opens_today = opens_at is not None and opens_at.date() == now.astimezone(session.zone).date()
    page = render_template(
        "registration/join.html",
        session=session,
        cycle=g.cycle,
        room=room,
        departure=departure_of(queries.last_registration(g.registrant.id, session.id)),
        public=as_public([session], now=now)[0] if room is Room.NO_SEAT else None,
        opens_at=opens_at,
        opens_today=opens_today,
        opens_in=_seconds(opens_at, now) if opens_at and opens_today and room is Room.EARLY else None,
        has_started=session.has_started(now),
        has_others=room is Room.CANCELLED and any(one.is_to_come(now) for one in sessions_of(g.cycle)),
        contact=g.cycle.contact_address,
        form=refused or PersonalForm(g.registrant, formdata=None).fresh(),
        page_link=PageLink.of(g.registrant, session.zone, is_just_asked=is_just_asked, now=now),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = LEADS_ELSEWHERE
    return response


def _seconds(moment: datetime, now: datetime) -> int:
    return math.ceil((moment - now).total_seconds())
