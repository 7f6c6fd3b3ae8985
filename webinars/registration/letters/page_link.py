"""The link to one's own page, asked for at the door of a session: it goes to the address the door belongs to, and nowhere else."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from config import Settings
from webinars.outbox.actions import queue
from webinars.outbox.models import UNSENT, Email, MailState
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.letters.allowance import allowance_of, hold_address
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

KIND = "page_link"
AGAIN_AFTER = timedelta(hours=1)
_NEVER_CAME = (MailState.FAILED, MailState.BOUNCED, MailState.DROPPED)


def is_reached(registrant: Registrant) -> bool:
    """Whether a mail may leave to this person: there is an address, it does not return mail, and there is a page to lead to."""
    has_page = not registrant.cycle.is_being_deleted
    return has_page and registrant.email is not None and not is_marked(registrant.email)


def last_asked(registrant: Registrant, *, now: datetime) -> datetime | None:
    """When the link was asked for that is on its way, or left less than an hour ago; None where it may be asked for."""
    lately = Email.created_at.between(
        now - AGAIN_AFTER, now + AGAIN_AFTER
    )  # later ones are of a clock far ahead
    return db.session.scalar(
        select(func.max(Email.created_at)).where(
            Email.kind == KIND,
            Email.recipient_key == registrant.email_key,
            Email.about_id == registrant.id,
            Email.state.not_in(_NEVER_CAME),
            or_(lately, Email.state.in_(UNSENT)),
        )
    )


def send_page_link(registrant: Registrant, *, settings: Settings, now: datetime) -> bool:
    """Sends the link, once an hour at most; says whether it was asked for now.

    It counts among what others may cause to this address in a day: beyond that it leaves the next morning.
    """
    if not is_reached(registrant):
        return False
    address = reachable(registrant)
    hold_address(registrant.email_key or "")  # of two presses at once the second finds the first
    if last_asked(registrant, now=now) is not None:
        return False
    zone = registrant.cycle.organisation.zone
    allowance = allowance_of(registrant.email_key or "", zone, settings=settings, now=now)
    queue(
        KIND,
        recipient=address,
        language=registrant.language,
        about_id=registrant.id,
        purpose=f"{KIND}:{registrant.id}:{now:%Y-%m-%dT%H:%M:%S.%f}",
        now=now,
        cycle_id=registrant.cycle_id,
        not_before=None if allowance.mails else allowance.morning,
        by_form=True,
    )
    return True
