"""The agenda, and the page of one session, with what can still be had: for everybody, without a cookie."""

from collections.abc import Callable

from flask import Response, abort, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webinars import clock
from webinars.accounts.models import Organisation
from webinars.accounts.queries import organisation_by_slug
from webinars.cycles import queries, words
from webinars.cycles.agenda import agenda as agenda_of
from webinars.cycles.agenda import houses
from webinars.cycles.states import ContributorKind
from webinars.registration.signup.announcements import of_one_session, other_dates
from webinars.registration.signup.availability import as_public, most_open
from webinars.registration.signup.ticket import ticket_in, ticket_of_agenda
from webinars.web.access import PublicBlueprint
from webinars.web.language import keep_asked_language
from webinars.web.links import outward
from webinars.web.page_cache import kept_page
from webinars.words.accent import accent
from webinars.words.text import cut_line

LONGEST_SEARCH = 80
MOST_THEMES = 12
MOST_DATES = 5  # other dates beside a session: the programme has them all
ICONS = (192, 512)  # pixels a side
PAPER = "#fafaf7"  # as in static/style.css

bp = PublicBlueprint("cycles", __name__)
bp.url_defaults(keep_asked_language)


@bp.get("/")
def home() -> ResponseReturnValue:
    """The agenda of the only organisation, or the list of several."""
    return _agenda_response(_home_page)


@bp.get("/<org>")
def agenda(org: str) -> ResponseReturnValue:
    """What one organisation announces and has held."""
    return _agenda_response(lambda: _agenda_page(_found(organisation_by_slug(org))))


@bp.get("/<org>/site.webmanifest")
def manifest(org: str) -> Response:
    """How the agenda is named and drawn where somebody puts it on the first screen of a phone."""
    house = _found(organisation_by_slug(org))
    response = jsonify(
        {
            "name": house.name,
            "short_name": house.short_name,
            "lang": house.language,
            "start_url": url_for(".agenda", org=house.slug),
            "scope": "/",
            "display": "browser",
            "background_color": PAPER,
            "theme_color": accent(house.hue).light.accent,
            "icons": [_icon(size) for size in ICONS],
        }
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _icon(size: int) -> dict[str, str]:
    address = url_for("static", filename=f"icon-{size}.png")
    return {"src": address, "type": "image/png", "sizes": f"{size}x{size}"}


@bp.get("/<org>/<slug>/<session_slug>")
def session(org: str, slug: str, session_slug: str) -> ResponseReturnValue:
    """Abstract, speakers and documents of one session."""
    return kept_page(lambda: _session_page(org, slug, session_slug))


def _agenda_response(write: Callable[[], str]) -> ResponseReturnValue:
    is_plain = not any(request.args.get(name) for name in ("q", "theme", "page"))
    return kept_page(write) if is_plain else write()


def _home_page() -> str:
    found = houses(now=clock.now())
    if len(found) == 1:
        return _agenda_page(found[0].organisation)
    return render_template("cycles/home.html", houses=found, canonical=outward("cycles.home"))


def _found(organisation: Organisation | None) -> Organisation:
    return organisation or abort(404)


def _agenda_page(organisation: Organisation) -> str:
    g.organisation, g.fallback_language = organisation, organisation.language
    theme, asked = (cut_line(request.args.get(name, ""), LONGEST_SEARCH) for name in ("theme", "q"))
    page = request.args.get("page", 1, type=int)
    now = clock.now()
    found = agenda_of(organisation, theme=theme, words=asked, page=page, now=now)
    coming = as_public((session for entry in found.coming for session in entry.coming), now=now)
    return render_template(
        "cycles/agenda.html",
        agenda=found,
        public_sessions={public.session.id: public for public in coming},
        most_open=most_open,
        ticket=ticket_of_agenda(coming),
        theme=theme,
        asked=asked,
        most_themes=MOST_THEMES,
        words=words,
        canonical=outward("cycles.agenda", org=organisation.slug),
    )


def _session_page(org: str, slug: str, session_slug: str) -> str:
    cycle = queries.public_cycle(org, slug) or abort(404)
    public_sessions = as_public(queries.sessions_of(cycle), now=clock.now())
    public = next((one for one in public_sessions if one.session.slug == session_slug), None) or abort(404)
    session = public.session
    apart = [one for one in public_sessions if one is not public]
    others = [] if public.has_seats else [one for one in apart if one.has_seats]
    g.organisation, g.fallback_language = cycle.organisation, cycle.language
    contributors = queries.contributors_of([session])[session.id]
    return render_template(
        "cycles/session.html",
        cycle=cycle,
        session=session,
        public=public,
        ticket=ticket_in(public_sessions, public),
        coming=[] if others else [one for one in apart if one.is_to_come][:MOST_DATES],
        others=others,
        most_dates=MOST_DATES,
        speakers=[one for one in contributors if one.kind is ContributorKind.SPEAKER],
        resources=[one for one in queries.resources_of(cycle) if one.session_id == session.id],
        announcement=of_one_session,
        other_dates=other_dates,
        words=words,
        canonical=outward("cycles.session", org=org, slug=slug, session_slug=session_slug),
    )
