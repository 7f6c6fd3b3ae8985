"""What organisers do about mail that does not arrive."""

from datetime import datetime

from webinars.cycles.models import Cycle
from webinars.extensions import db
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.registration.models import Registrant
from webinars.registration.readdressing import readdress


def correct_address(registrant: Registrant, address: str, *, by: str, now: datetime) -> int:
    """Replaces a wrong address and sends again; says how many invitations leave. Raises what `readdress` raises."""
    sent = readdress(registrant, address, now=now)
    cycle = db.session.get_one(Cycle, registrant.cycle_id)
    note(
        Deed.ADDRESS_CORRECTED,
        actor=by,
        about=cycle.title,
        detail=registrant.public_id,
        organisation_id=cycle.organisation_id,
        now=now,
    )
    return sent
