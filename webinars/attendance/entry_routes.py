"""The answer to a late sign-up: the way into what runs, for this one time, whoever owns the address that was typed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, abort, g, make_response, redirect, render_template, request
from flask_babel import refresh
from werkzeug.wrappers import Response as AnyResponse

from webinars import clock
from webinars.attendance import actions
from webinars.cycles.models import Session
from webinars.cycles.queries import sessions_of
from webinars.registration import links, queries
from webinars.registration.models import Registrant, RegistrationState
from webinars.registration.own_page.room import Room, room_of
from webinars.registration.signup import receipt as receipts
from webinars.registration.signup import summary as summaries
from webinars.registration.signup.forms import ReceiptForm
from webinars.registration.signup.receipt_facts import ShownReceipt, sign_up_facts
from webinars.registration.signup.summary import Summary
from webinars.storage.extensions import db
from webinars.web.access import PersonalBlueprint
from webinars.web.headers import LEADS_ELSEWHERE
from webinars.web.language import keep_asked_language

bp = PersonalBlueprint("entering", __name__, url_prefix="/entry/<token>/<int:at>/<summary>")
bp.url_defaults(keep_asked_language)


@dataclass(frozen=True, slots=True)
class LateEntry:
    """What a late sign-up gave: to whom, what, and when."""

    registrant: Registrant
    told: Summary
    at: datetime

    def rooms(self, *, now: datetime) -> dict[int, Room]:
        """What each session that ran then has for them now; one that was moved since has no way in from here."""
        taken = [
            session
            for session, outcome in self.told.of(sessions_of(self.registrant.cycle))
            if outcome is RegistrationState.CONFIRMED and session.has_started(self.at)
        ]
        return {one.id: self._room(one, now=now) for one in taken}

    def _room(self, session: Session, *, now: datetime) -> Room:
        held = queries.live_registration(self.registrant.id, session.id)
        return room_of(session, held, now=now)


@bp.get("")
def page(token: str, at: int, summary: str) -> Response:
    """What was signed up for, and one button for each session that runs."""
    return _page(_found(token, at, summary))


@bp.get("/with/<receipt>")
def answered(token: str, at: int, summary: str, receipt: str) -> Response:
    """The same with the address that was typed, for an hour."""
    way_in = _found(token, at, summary)
    given = receipts.read(receipt, summary, now=clock.now())
    return _page(way_in, ShownReceipt.of(receipt, given, summary) if given else None)


@bp.post("/<session_id>")
def enter(token: str, at: int, summary: str, session_id: str) -> AnyResponse:
    """To the video room as it is set at this moment; the page again when it is closed."""
    way_in, now = _found(token, at, summary), clock.now()
    registrant = way_in.registrant
    session = queries.session_by_public_id(registrant.cycle_id, session_id) or abort(404)
    if way_in.rooms(now=now).get(session.id) is not Room.OPEN:
        return _page(way_in)
    actions.enter(session, registrant, now=now)
    db.session.commit()
    return redirect(session.join_url, 303)


def _found(token: str, at: int, summary: str) -> LateEntry:
    registrant = queries.registrant_by_token(token, links.entry_kind(summary, at)) or abort(404)
    g.organisation, g.fallback_language = registrant.cycle.organisation, registrant.cycle.language
    refresh()
    told = summaries.read(registrant.cycle, summary) or abort(404)
    return LateEntry(registrant, told, datetime.fromtimestamp(at, UTC))


def _page(way_in: LateEntry, receipt: ShownReceipt | None = None) -> Response:
    now, cycle = clock.now(), way_in.registrant.cycle
    facts = sign_up_facts(cycle, way_in.told, now=now)
    facts |= {"rooms": way_in.rooms(now=now), "entry": request.view_args}
    facts |= {"receipt": receipt, "form": ReceiptForm(cycle.id, formdata=None).fresh()}
    response = make_response(render_template("registration/registered.html", **facts))
    response.headers["Content-Security-Policy"] = LEADS_ELSEWHERE
    return response
