"""Whether somebody who comes by their link can enter the video room now, and if not, why."""

import enum
from datetime import datetime, timedelta

from webinars.cycles.models import Session
from webinars.registration import session_words
from webinars.registration.models import Registration, RegistrationState

OPENS_BEFORE = timedelta(minutes=15)


class Room(enum.StrEnum):
    """What somebody finds who comes by their link."""

    OPEN = "open"
    EARLY = "early"
    OVER = "over"
    CANCELLED = "cancelled"
    NO_SEAT = "no_seat"
    WAITING = "waiting"
    NO_LINK = "no_link"
    ON_SITE = "on_site"


def room_of(session: Session, registration: Registration | None, *, now: datetime) -> Room:
    """Whether this person can enter now, and if not, why."""
    if session.is_cancelled:
        return Room.CANCELLED
    if session.is_over(now):
        return Room.OVER
    if registration is None or registration.state is not RegistrationState.CONFIRMED:
        return Room.WAITING if registration else Room.NO_SEAT
    if not session_words.is_online(session):
        return Room.ON_SITE
    if session.starts_at is None or now < session.starts_at - OPENS_BEFORE:
        return Room.EARLY
    return Room.OPEN if session.join_url else Room.NO_LINK
