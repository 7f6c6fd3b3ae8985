"""The pictures of shared links, as PNG, and the addresses pages give them."""

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache

from flask import Response, abort, g, request

from webinars import clock
from webinars.accounts.models import Organisation
from webinars.accounts.queries import organisation_by_slug
from webinars.cycles import queries
from webinars.cycles.agenda import agenda
from webinars.cycles.models import Cycle
from webinars.registration.share import facts
from webinars.registration.share.poster import SharePicture, drawn
from webinars.registration.signup.availability import PublicSession, as_public
from webinars.registration.signup.ticket import Ticket, ticket_of_agenda
from webinars.web.access import PublicBlueprint
from webinars.web.links import outward
from webinars.web.pictures import stored_picture
from webinars.words.languages import language

MOST = 64  # pictures kept at a time, some 60 kB each
KEPT_FOR = "public, max-age=86400"  # another picture has another address

bp = PublicBlueprint("share", __name__)
_one_at_a_time = threading.Lock()


@bp.app_template_global()
def agenda_picture(organisation: Organisation, ticket: Ticket | None) -> str:
    """The address of the picture of an agenda."""
    return _address("organisation", facts.of_organisation(organisation, ticket), org=organisation.slug)


@bp.app_template_global()
def cycle_picture(cycle: Cycle, public_sessions: Sequence[PublicSession]) -> str:
    """The address of the picture of a cycle."""
    picture = facts.of_cycle(cycle, public_sessions)
    return _address("cycle", picture, org=cycle.organisation.slug, slug=cycle.slug)


@bp.app_template_global()
def session_picture(public: PublicSession) -> str:
    """The address of the picture of a session."""
    session = public.session
    where = {"org": session.cycle.organisation.slug, "slug": session.cycle.slug, "session_slug": session.slug}
    return _address("session", facts.of_session(public), **where)


@bp.get("/<org>/share.png")
def organisation(org: str) -> Response:
    """The picture of an agenda."""
    house = organisation_by_slug(org) or abort(404)
    g.organisation, g.fallback_language = house, house.language
    now = clock.now()
    entries = agenda(house, theme="", words="", page=1, now=now).coming
    coming = as_public((one for entry in entries for one in entry.coming), now=now)
    return _response(facts.of_organisation(house, ticket_of_agenda(coming)))


@bp.get("/<org>/<slug>/share.png")
def cycle(org: str, slug: str) -> Response:
    """The picture of a cycle."""
    found, public_sessions = _found(org, slug)
    return _response(facts.of_cycle(found, public_sessions))


@bp.get("/<org>/<slug>/<session_slug>/share.png")
def session(org: str, slug: str, session_slug: str) -> Response:
    """The picture of a session."""
    _cycle, public_sessions = _found(org, slug)
    public = next((one for one in public_sessions if one.session.slug == session_slug), None)
    return _response(facts.of_session(public or abort(404)))


def _found(org: str, slug: str) -> tuple[Cycle, list[PublicSession]]:
    found = queries.public_cycle(org, slug) or abort(404)
    g.organisation, g.fallback_language = found.organisation, found.language
    return found, as_public(queries.sessions_of(found), now=clock.now())


def _address(view: str, picture: SharePicture, **where: str) -> str:
    return outward(f"share.{view}", **where, lang=language(), v=_version(picture)[:8])


def _version(picture: SharePicture) -> str:
    return hashlib.sha256(repr(picture).encode()).hexdigest()


def _response(picture: SharePicture) -> Response:
    response = Response(mimetype="image/png")
    response.set_etag(_version(picture))
    response.headers["Cache-Control"] = KEPT_FOR
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # shown by the sites it is shared on
    if response.make_conditional(request).status_code == 200:
        with _one_at_a_time:  # a tenth of a second each: asked for at once by many, it is drawn once
            response.data = _drawn(picture)
    return response


@lru_cache(maxsize=MOST)
def _drawn(picture: SharePicture) -> bytes:
    return drawn(picture, stored_picture(picture.logo) if picture.logo else None)
