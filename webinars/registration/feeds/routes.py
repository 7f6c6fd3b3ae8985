"""Calendars to subscribe to, and files of one session to import."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, current_app, g, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from webinars import clock
from webinars.cycles import queries as cycles
from webinars.cycles.models import Cycle, Session
from webinars.invitations.links import AddLinks, SubscribeLinks, subscribe_links
from webinars.outbox.identity import mail_from
from webinars.privacy.queries import organisations
from webinars.registration import queries
from webinars.registration.feeds import calendars
from webinars.registration.feeds.cache import Feed, FeedCache, feed_of
from webinars.registration.feeds.queries import last_deed_at, registrations_since_ever, versions_of
from webinars.registration.links import feed_link, me_token
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.web.access import PersonalBlueprint, PublicBlueprint
from webinars.web.language import keep_asked_language
from webinars.web.links import outward

FOR_ALL = "public, max-age=300"
FOR_ONE = "private, max-age=0, must-revalidate"

bp = PublicBlueprint("feeds", __name__)
help_bp = PublicBlueprint("calendar_help", __name__)
help_bp.url_defaults(keep_asked_language)
personal_bp = PersonalBlueprint("personal_feeds", __name__)
bp.add_app_template_filter(feed_link, "own_feed")


@dataclass(frozen=True, slots=True)
class AddToCalendar:
    """The ways one session gets into a calendar by hand."""

    links: AddLinks
    file: str


@bp.app_template_filter()
def adding(session: Session, cycle: Cycle) -> AddToCalendar | None:
    """The ways a dated session gets into anybody's calendar: no personal link in them; None when there is nothing to add."""
    if not session.is_dated or session.is_cancelled:
        return None
    file = url_for("feeds.session", org=cycle.organisation.slug, slug=cycle.slug, session_slug=session.slug)
    return AddToCalendar(AddLinks(*calendars.open_to_all(session, cycle)), file)


@bp.app_template_filter()
def own_adding(registrant: Registrant, session: Session) -> AddToCalendar:
    """The ways a session somebody holds gets into their own calendar, with their own way in."""
    file = url_for("personal_feeds.held", token=me_token(registrant), session_id=session.public_id)
    return AddToCalendar(AddLinks(*calendars.held_by(registrant, session, None)), file)


@bp.app_template_filter()
def cycle_subscription(cycle: Cycle) -> SubscribeLinks:
    """The feed of a cycle, which came with its organisation."""
    return subscribe_links(outward("feeds.cycle", org=cycle.organisation.slug, slug=cycle.slug))


@help_bp.get("/calendar")
def page() -> str:
    """What each calendar program does with our invitations, and what is left to its owner."""
    found = organisations()
    if len(found) == 1:
        g.organisation = found[0]
    return render_template(
        "registration/calendar_help.html", sender=mail_from(), canonical=outward("calendar_help.page")
    )


@bp.get("/<org>/<slug>/calendar.ics")
def cycle(org: str, slug: str) -> AnyResponse:
    """The calendar of a cycle."""
    cycle, now = _cycle(org, slug), clock.now()
    versions = versions_of(cycle)
    shown = tuple(version for version in versions if calendars.is_shown(version, now=now))
    feed = _kept_feeds().feed(cycle.id, (_frame(cycle), shown), lambda: _cycle_feed(cycle, now=now))
    moments = [*(version.changed_at for version in versions), *_departures(versions, now=now)]
    return _response(feed, FOR_ALL, changed_at=_last(moments, cycle))


@bp.get("/<org>/<slug>/<session_slug>.ics")
def session(org: str, slug: str, session_slug: str) -> AnyResponse:
    """The file of one session."""
    cycle = _cycle(org, slug)
    session = cycles.session_of(cycle, session_slug)
    if session is None or not session.is_dated:
        abort(404)
    with force_locale(cycle.language):
        body = calendars.download(calendars.open_to_all(session, cycle))
    return _response(feed_of(body), FOR_ALL, changed_at=_last([session.changed_at], cycle), name=session.slug)


@personal_bp.get("/calendar/<token>/<slug>.ics")
@personal_bp.get("/calendar/<token>.ics")  # as calendars subscribed to it up to 0.3
def personal(token: str, slug: str = "") -> AnyResponse:  # noqa: ARG001 the name programs give the calendar
    """The calendar of what one person holds."""
    registrant, now = _registrant(token, queries.FEED), clock.now()
    everything = registrations_since_ever(registrant)
    held = [one for one in everything if _is_held(one) and calendars.is_shown(one.session, now=now)]
    with force_locale(registrant.language):
        body = calendars.personal_feed(registrant, held)
    moments: list[datetime | None] = [
        registrant.changed_at,
        *(at for one in everything for at in _moments(one)),
    ]
    moments += _departures((one.session for one in everything), now=now)
    return _response(feed_of(body), FOR_ONE, changed_at=_last(moments, registrant.cycle))


@personal_bp.get("/me/<token>/<session_id>.ics")
def held(token: str, session_id: str) -> AnyResponse:
    """The file of one session somebody holds, under the identity of their invitation."""
    registrant = _registrant(token, queries.ME)
    session = queries.session_by_public_id(registrant.cycle_id, session_id)
    registration = queries.live_registration(registrant.id, session.id) if session else None
    if session is None or registration is None or not (session.is_dated and _is_held(registration)):
        abort(404)
    with force_locale(registrant.language):
        body = calendars.download(calendars.held_by(registrant, session, registration.invitation))
    moments = [registrant.changed_at, session.changed_at, registration.confirmed_at]
    changed_at = _last(moments, registrant.cycle)
    return _response(feed_of(body), FOR_ONE, changed_at=changed_at, name=session.slug)


def _cycle(org: str, slug: str) -> Cycle:
    return cycles.cycle_in_calendars(org, slug) or abort(404)


def _registrant(token: str, kind: str) -> Registrant:
    return queries.registrant_by_token(token, kind) or abort(404)


def _is_held(registration: Registration) -> bool:
    return registration.state is RegistrationState.CONFIRMED


def _frame(cycle: Cycle) -> Hashable:
    """What a feed says beside its sessions."""
    organisation = cycle.organisation
    return (
        organisation.slug,
        organisation.hue,
        cycle.slug,
        cycle.title,
        cycle.language,
        cycle.timezone,
        cycle.contact_address,
    )


def _cycle_feed(cycle: Cycle, *, now: datetime) -> bytes:
    sessions = [session for session in cycles.sessions_of(cycle) if calendars.is_shown(session, now=now)]
    with force_locale(cycle.language):  # whatever the reader's program prefers
        return calendars.cycle_feed(cycle, sessions)


def _departures(sessions: Iterable[calendars.Dated], *, now: datetime) -> list[datetime]:
    """When those that have left the feed did so."""
    departures = (calendars.left_at(session) for session in sessions)
    return [at for at in departures if at is not None and at <= now]


def _moments(registration: Registration) -> list[datetime | None]:
    """When anything about a registration changed."""
    return [
        registration.session.changed_at,
        registration.created_at,
        registration.confirmed_at,
        registration.cancelled_at,
    ]


def _last(moments: Iterable[datetime | None], cycle: Cycle) -> datetime:
    known = [*moments, cycle.created_at, cycle.published_at, last_deed_at(cycle)]
    return max(moment for moment in known if moment is not None)


def _response(feed: Feed, kept_by: str, *, changed_at: datetime, name: str | None = None) -> AnyResponse:
    """A calendar, or the news that the reader's own copy still stands."""
    response = Response(feed.body, content_type="text/calendar; charset=utf-8")
    response.set_etag(feed.etag)
    response.last_modified = changed_at
    response.headers["Cache-Control"] = kept_by
    response.headers["X-Robots-Tag"] = "noindex"
    if name is not None:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    if not request.if_none_match and request.if_modified_since != response.last_modified:
        return response  # the date we gave or none: what was taken away makes no later one
    return response.make_conditional(request)


def _kept_feeds() -> FeedCache:
    kept: FeedCache = current_app.extensions.setdefault("kept_feeds", FeedCache())
    return kept
