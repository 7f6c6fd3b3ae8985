"""Who hears of what happens to a session, and what they are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, Format
from webinars.registration import queries
from webinars.registration.actions import Change, send_cancellation, send_update
from webinars.registration.calendars import invite


@dataclass(frozen=True, slots=True)
class Announced:
    """What calendars and mails say of a session."""

    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    place: str
    format: Format
    title: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """What is said of it at this moment."""
        return cls(*(getattr(session, name) for name in cls.__slots__))

    def change_to(self, session: Session) -> Change | None:
        """What has changed since, with the former values; None when nothing that is announced did."""
        now_said = Announced.of(session)
        former = {
            name: getattr(self, name)
            for name in self.__slots__
            if getattr(self, name) != getattr(now_said, name)
        }
        return Change(**former) if former else None


def is_announced(session: Session) -> bool:
    """Whether people may hold places in it that they count on."""
    return session.cycle.state is CycleState.PUBLISHED and not session.is_cancelled


def tell_change(session: Session, before: Announced, *, now: datetime) -> int:
    """Sends an update to everybody invited when what was announced has changed; says to how many."""
    change = before.change_to(session)
    if change is None or not is_announced(session) or not session.is_dated:
        return 0
    told = queries.invited_to(session)
    return send_update(session, told, what_changed=change, now=now)


def tell_cancellation(session: Session, *, now: datetime, word: str = "") -> int:
    """Takes the session out of every calendar; says of how many."""
    return send_cancellation(session, queries.invited_to(session), now=now, word=word)


def tell_restoration(session: Session, cycle: Cycle, *, now: datetime) -> int:
    """Invites anew everybody who kept a place; says how many."""
    confirmed = [one for one in queries.invited_to(session) if one.registrant.email]
    if session.has_started(now):
        return 0
    invite(confirmed, cycle, now=now)
    return len(confirmed)
