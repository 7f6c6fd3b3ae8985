"""Finding the object of an organiser's address: foreign and missing are both 404."""

from flask import abort, g

from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_of, session_of


def require_cycle(slug: str) -> Cycle:
    """The organisation's cycle of that name, else 404."""
    found = cycle_of(g.organisation, slug)
    return found or abort(404)


def require_session(slug: str, session_slug: str) -> Session:
    """A session of the organisation's cycle, else 404."""
    found = session_of(require_cycle(slug), session_slug)
    return found or abort(404)
