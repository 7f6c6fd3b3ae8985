"""What a mail to somebody registered still has to do with how things stand: its writer asks, and whoever sends it again."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinars.cycles.models import Session
from webinars.invitations.models import Invitation
from webinars.outbox.models import Email
from webinars.registration.invites.changes import Announced
from webinars.registration.invites.news import News
from webinars.registration.models import Registration, RegistrationState
from webinars.registration.queries import LIVE
from webinars.storage.extensions import db

INVITING = ("invitation", "invitation_restored")
ENDING = ("invitation_cancelled", "place_freed")
ABOUT_CALENDAR = (*INVITING, "invitation_update", *ENDING)


def is_true_of(kind: str, registration: Registration, invitation: Invitation) -> bool:
    """Whether a calendar may still be told so: invited to a seat that is held, told the end of what has ended."""
    has_ended = invitation.cancelled_at is not None
    if kind in ENDING:
        return has_ended  # one that was refused by a server may stand again by now
    return not has_ended and (kind not in INVITING or registration.state is RegistrationState.CONFIRMED)


def is_dated(said: str) -> bool:
    """Whether what a calendar is told has its hours."""
    told = Announced.from_text(said)
    return told.starts_at is not None and told.ends_at is not None


def is_news_to(registration: Registration, email: Email) -> bool:
    """Whether what happened to the session still holds, and the person waits or has a seat as when it was written."""
    is_so = registration.session.is_cancelled == (email.details["news"] == News.CANCELLED)
    still_waits = registration.state is RegistrationState.WAITLISTED
    return registration.is_live and is_so and still_waits == email.details["waits"]


def waits_as(registration: Registration, email: Email) -> bool:
    """Whether this is the wait the mail tells of."""
    is_told = registration.session_id == email.details["session_id"]
    return is_told and registration.state is RegistrationState.WAITLISTED and registration.session.is_dated


def registrations_for_mails(ids: Iterable[int]) -> dict[int, Registration]:
    """Registrations by their id, with person, session and cycle, in one query."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(sorted(set(ids))))
        .options(
            joinedload(Registration.registrant),
            joinedload(Registration.session).joinedload(Session.cycle),
        )
    )
    return {one.id: one for one in found}


def live_by_registrant(ids: Iterable[int]) -> dict[int, list[Registration]]:
    """What each of these people holds or waits for, in one query."""
    found: dict[int, list[Registration]] = {}
    for one in db.session.scalars(
        select(Registration)
        .where(Registration.registrant_id.in_(sorted(set(ids))), Registration.state.in_(LIVE))
        .options(joinedload(Registration.session), joinedload(Registration.registrant))
        .order_by(Registration.id)
    ):
        found.setdefault(one.registrant_id, []).append(one)
    return found
