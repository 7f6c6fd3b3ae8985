"""A person's mail: handed on to the contact of the cycle, with the registration's context; nobody is answered."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from webinars.cycles.models import Cycle
from webinars.outbox.actions import queue
from webinars.outbox.identity import mail_from
from webinars.outbox.models import Email
from webinars.replies.decision import challenges
from webinars.replies.decision.answers import Classification
from webinars.replies.decision.authentication import has_failed_dmarc
from webinars.replies.decision.contexts import Context, context_of
from webinars.replies.models import Incoming
from webinars.replies.parser.mime import ReceivedMessage
from webinars.replies.queries import KIND
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

DAY = timedelta(days=1)
A_DAY_OF_ONE = 5  # letters of one sender handed on within a day and not handled yet; the tray has them all
A_DAY_OF_CYCLE = 50


def receive(
    incoming: Incoming, arrival: ReceivedMessage, *, authserv_id: str, now: datetime
) -> Classification:
    """Ignores what is automatic; hands a person's letter on, and keeps it for the tray.

    One whose sender is forged is kept for the tray alone.
    """
    if challenges.is_challenge(arrival):
        return challenges.receive(arrival, None, now=now)
    if arrival.is_automatic:
        return Classification(Verdict.AUTOMATIC)
    is_forged = has_failed_dmarc(arrival.writer.authentication, authserv_id)
    verdict = Verdict.WINMAIL if arrival.has_winmail else Verdict.LETTER
    if is_forged:
        verdict = Verdict.FAILED_DMARC
    context = context_of(arrival)
    if context is None:
        return Classification(verdict, excerpt=arrival.text)
    handed_on = not is_forged and _hand_on(incoming, arrival, context, now=now)
    return Classification(
        verdict,
        context.cycle,
        context.registration,
        arrival.text,
        {"handed_on": handed_on},
        registrant=context.registrant,
    )


def _hand_on(incoming: Incoming, arrival: ReceivedMessage, context: Context, *, now: datetime) -> bool:
    contact = context.cycle.contact_address
    if not _may_go(arrival, contact) or _is_too_much(incoming, context.cycle, now=now):
        return False
    queue(
        KIND,
        recipient=contact,
        language=context.cycle.language,
        about_id=incoming.id,
        purpose=f"{KIND}:{incoming.id}",
        now=now,
        cycle_id=context.cycle.id,
    )
    return True


def _may_go(arrival: ReceivedMessage, contact: str) -> bool:
    """Never to ourselves, nor back to whoever wrote: that would go round."""
    key, sender = address_key(contact), address_key(arrival.writer.sender)
    if not key or key in (sender, address_key(mail_from())) or key.startswith("bounces+"):
        return False
    cites_ours = Email.message_id.in_(arrival.references)
    return db.session.scalar(select(Email.id).where(cites_ours, Email.kind == KIND).limit(1)) is None


def _is_too_much(incoming: Incoming, cycle: Cycle, *, now: datetime) -> bool:
    lately = (
        select(func.count(Email.id))
        .join(Incoming, Incoming.id == Email.about_id)
        .where(Email.kind == KIND, Email.created_at.between(now - DAY, now + DAY))
    )
    of_one = (
        db.session.scalar(lately.where(Incoming.sender == incoming.sender, Incoming.handled_at.is_(None)))
        or 0
    )
    of_cycle = db.session.scalar(lately.where(Email.cycle_id == cycle.id)) or 0
    return of_one >= A_DAY_OF_ONE or of_cycle >= A_DAY_OF_CYCLE
