"""Who hears of what happens to a session, and what they are told."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from webinars.cycles.models import Cycle, Session
from webinars.extensions import db
from webinars.registration import queries
from webinars.registration.actions import Change, send_cancellation, send_update
from webinars.registration.announced import Announced
from webinars.registration.calendars import invite
from webinars.registration.changes import Occasion
from webinars.registration.models import Registration


def is_announced(session: Session) -> bool:
    """Whether people may hold places in it that they count on."""
    cycle = db.session.get_one(Cycle, session.cycle_id)  # a session held anew comes without it
    return cycle.is_public and not session.is_cancelled


def tell_change(session: Session, *, word: str = "", texts_at: datetime | None = None, now: datetime) -> int:
    """Sends an update to everybody whose calendar says something else of the session; says to how many.

    Whoever was invited before `texts_at` hears that its texts are new.
    """
    alike: dict[tuple[str, bool], list[Registration]] = defaultdict(list)
    for registration in queries.invited_to(session):
        invitation = registration.invitation
        if invitation is not None:
            lacks_texts = texts_at is not None and invitation.created_at <= texts_at
            alike[invitation.said, lacks_texts].append(registration)
    told = 0
    for (said, lacks_texts), registrations in alike.items():
        change = Announced.from_text(said).change_to(session)
        if change is not None or lacks_texts:
            change = replace(change or Change(), word=word, texts=lacks_texts)
            told += send_update(session, registrations, what_changed=change, now=now)
    return told


def tell_cancellation(session: Session, *, now: datetime, word: str = "") -> int:
    """Takes the session out of every calendar; says of how many."""
    return send_cancellation(session, queries.invited_to(session), now=now, word=word)


def tell_restoration(session: Session, cycle: Cycle, *, now: datetime) -> int:
    """Invites anew everybody who kept a place; says how many."""
    confirmed = [one for one in queries.invited_to(session) if one.registrant.email]
    if session.has_started(now):
        return 0
    invite(confirmed, cycle, now=now, occasion=Occasion.RESTORED)
    return len(confirmed)
