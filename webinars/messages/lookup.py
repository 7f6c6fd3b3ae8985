"""Finding the message of an organiser's address: foreign and missing are both 404."""

from flask import abort

from webinars.cycles.lookup import require_cycle
from webinars.messages.models import Message
from webinars.messages.queries import message_of


def require_message(slug: str, public_id: str) -> Message:
    """A message of the organisation's cycle, else 404."""
    found = message_of(require_cycle(slug), public_id)
    return found or abort(404)
