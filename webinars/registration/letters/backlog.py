"""What the form caused beyond the allowance of an address: told by one mail in the morning, with what was held back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from config import Settings
from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation
from webinars.outbox.actions import queue_all
from webinars.outbox.models import Email, MailState, Row, is_in, row
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.letters.allowance import Allowance, allowance_of, hold_address
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

KIND = "backlog"
# its session is cancelled, and calendars not told yet: taken back, that invitation is still owed
_SETTLES = exists().where(
    Invitation.uid == Email.uid,
    Invitation.cancelled_at.is_(None),
    Session.id == Invitation.session_id,
    Session.cancelled_at.is_not(None),
)


def due(*, now: datetime) -> Sequence[tuple[str, int]]:
    """The addresses, each with the organisation (its id), whose mail was held back until now."""
    wanted = (
        select(Email.recipient_key, Cycle.organisation_id)
        .join(Cycle, Cycle.id == Email.cycle_id)
        .where(is_in(MailState.WITHHELD), Email.not_before <= now, ~_SETTLES)
        .distinct()
        .order_by(Email.recipient_key, Cycle.organisation_id)
    )
    with only_reading():
        found = [(key, organisation_id) for key, organisation_id in db.session.execute(wanted)]
        db.session.rollback()
    return found


def release(key: str, organisation_id: int, *, settings: Settings, now: datetime) -> int:
    """Sends what was held back from an address, and the one mail that tells it; says whether it did: 1 or 0.

    What is too much for one day waits for the next morning, and is told again then.
    """
    hold_address(key)
    zone = db.session.get_one(Organisation, organisation_id).zone
    allowance = allowance_of(key, zone, settings=settings, now=now)
    held_back = _held_back(key, organisation_id, now=now)
    if not allowance.mails:
        _put_off(held_back, allowance)
        return 0
    return _send(held_back, allowance, now=now) if held_back else 0


def put_off(key: str, organisation_id: int, *, now: datetime) -> None:
    """What could not be told now waits for another day, which asks nothing of the organisation's clock."""
    for email in _held_back(key, organisation_id, now=now):
        email.not_before = now + timedelta(days=1)


def _held_back(key: str, organisation_id: int, *, now: datetime) -> Sequence[Email]:
    """What is due, held until the commit: nobody withdraws from it meanwhile."""
    return db.session.scalars(
        select(Email)
        .join(Cycle, Cycle.id == Email.cycle_id)
        .where(is_in(MailState.WITHHELD), Email.not_before <= now, Email.recipient_key == key)
        .where(Cycle.organisation_id == organisation_id, ~_SETTLES)
        .order_by(Email.id)
        .with_for_update(of=Email)
    ).all()


def _send(held_back: Sequence[Email], allowance: Allowance, *, now: datetime) -> int:
    places = _places([email.about_id for email in held_back if email.uid is not None], now=now)
    invitations = [email for email in held_back if email.uid is not None and email.about_id in places]
    invitations.sort(key=lambda email: (places[email.about_id].session.starts_at or now, email.id))
    left = allowance.mails - 1  # beside the one that tells
    for email in held_back:
        email.state, email.not_before = MailState.DROPPED, now  # the mail of the morning says it all
    for email in invitations[:left]:
        email.state, email.due_at = MailState.QUEUED, now
    _put_off(invitations[left:], allowance)
    people = {email.about_id for email in held_back if email.uid is None}
    people |= {places[email.about_id].registrant_id for email in invitations}
    told = _told(people, held_back[-1], invited=len(invitations[:left]), now=now)
    queue_all(told)
    return len(told)


def _put_off(emails: Iterable[Email], allowance: Allowance) -> None:
    for email in emails:
        email.state, email.not_before = MailState.WITHHELD, allowance.morning


def _places(registration_ids: Collection[int], *, now: datetime) -> dict[int, Registration]:
    """The seats among these registrations whose session is still to come."""
    wanted = select(Registration).where(
        Registration.id.in_(registration_ids), Registration.state == RegistrationState.CONFIRMED
    )
    found = db.session.scalars(wanted.options(joinedload(Registration.session)))
    return {one.id: one for one in found if one.session.is_to_come(now)}


def _told(people: Collection[int], last: Email, *, invited: int, now: datetime) -> list[Row]:
    """The one mail of the morning; none to whom nothing is left, or who has another address now."""
    wanted = select(Registrant).where(Registrant.id.in_(people), Registrant.email_key == last.recipient_key)
    registrants = db.session.scalars(wanted.order_by(Registrant.id)).all()
    if not registrants:
        return []
    return [
        row(
            KIND,
            recipient=reachable(registrants[0]),
            language=registrants[0].language,
            about_id=registrants[0].id,
            purpose=f"{KIND}:{last.id}:{now:%Y-%m-%dT%H:%M:%S}",
            now=now,
            cycle_id=registrants[0].cycle_id,
            details={"registrants": [one.id for one in registrants], "invited": invited},
            by_form=True,
        )
    ]
