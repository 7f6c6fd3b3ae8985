"""What organisers do about mail that does not arrive."""

from datetime import datetime

from webinars.actors import Actor
from webinars.cycles.models import Cycle
from webinars.deliverability.queries import refused, refused_of_accounts
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.outbox import actions as outbox
from webinars.outbox.queue.blocked_addresses import clear_mark
from webinars.registration.actions import note_person
from webinars.registration.address_change import readdress
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def correct_address(registrant: Registrant, address: str, *, by: Actor, now: datetime) -> int:
    """Replaces a wrong address and sends again; says how many invitations leave. Raises what `readdress` raises."""
    sent = readdress(registrant, address, now=now)
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    note_person(Deed.ADDRESS_CORRECTED, registrant, cycle, by=by, now=now)
    return sent


def lift_mark(registrant: Registrant, *, by: Actor, now: datetime) -> None:
    """Mail of every cycle leaves to the person's address again; what was dropped is not sent. Idempotent."""
    if registrant.email and clear_mark(registrant.email):
        cycle = db.session.get_one(Cycle, registrant.cycle_id)
        note_person(Deed.ADDRESS_MARK_LIFTED, registrant, cycle, by=by, now=now)


def send_again(registrant: Registrant, *, by: Actor, now: datetime) -> int:
    """Sends again what the person’s server refused for another reason than the address; says how many messages."""
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    sent = outbox.send_again(refused(cycle, registrant.email_key or "", now=now), now=now)
    if sent:
        note_person(Deed.MAIL_SENT_AGAIN, registrant, cycle, by=by, now=now)
    return sent


def send_all_again(cycle: Cycle, *, by: Actor, since: datetime | None = None, now: datetime) -> int:
    """The same for everybody of the cycle: what stood in the way is cleared, as when our server was on a list.

    With `since`, what a server has refused from then on, and not what came back.
    """
    sent = outbox.send_again(refused(cycle, since=since, now=now), now=now)
    if sent:
        note(Deed.MAIL_SENT_AGAIN, cycle.organisation_id, cycle.subject, by=by, now=now, detail=str(sent))
    return sent


def send_accounts_again(*, since: datetime, now: datetime) -> int:
    """Sends again what a server has refused of accounts' own mail from then on; says how many messages."""
    return outbox.send_again(refused_of_accounts(since, now=now), now=now)
