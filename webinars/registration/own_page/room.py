"""Whether somebody who comes by their link can enter the video room now, and if not, why."""

import enum
from datetime import datetime, timedelta

from webinars.cycles.models import Session
from webinars.registration import session_words
from webinars.registration.models import REFUSAL, Canceller, Registration, RegistrationState

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


class Departure(enum.StrEnum):
    """How somebody came to have no seat."""

    WITHDREW = "withdrew"
    LEFT = "left"  # the waiting list
    DECLINED = "declined"  # their calendar did, and that frees the seat
    TAKEN_OFF = "taken_off"
    NEVER = "never"  # nothing is known of a seat they gave up


def departure_of(last: Registration | None) -> Departure:
    """How the last registration somebody had in a session ended."""
    if last is None or last.state is not RegistrationState.CANCELLED:
        return Departure.NEVER
    if last.canceller is Canceller.ORGANISER:
        return Departure.TAKEN_OFF
    if last.canceller is None:
        return Departure.NEVER
    if last.reason == REFUSAL:
        return Departure.DECLINED
    return Departure.WITHDREW if last.confirmed_at else Departure.LEFT


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
