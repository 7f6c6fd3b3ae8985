"""Places given: registrations, calendar objects and the invitations to queue, in three statements however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from webinars.cycles.models import Cycle
from webinars.extensions import run
from webinars.outbox.actions import Row
from webinars.registration.calendars import begin, invitation_row
from webinars.registration.models import Registrant, Registration, Status

_KEEP = insert(Registration.__table__).returning(Registration.invitation_id, Registration.id)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Given:
    """A seat, or the wait for one."""

    registrant: Registrant
    session_id: int
    status: Status


def give(
    places: Sequence[Given],
    cycle: Cycle,
    *,
    is_rehearsal: bool = False,
    now: datetime,
) -> list[Row]:
    """Keeps the registrations in their order; says which invitations to queue. The sessions are held already."""
    if not places:
        return []
    seated = [place for place in places if place.status is Status.CONFIRMED]
    begun = begin([(place.session_id, place.registrant) for place in seated], cycle, now=now)
    invited = {id(place): invitation.id for place, invitation in zip(seated, begun, strict=True)}
    status = Status.REFUSED if is_rehearsal else None
    rows = [_row(place, invited.get(id(place)), status or place.status, now=now) for place in places]
    ids = dict(run(_KEEP, rows).all())
    return [
        invitation_row(invitation, ids[invitation.id], place.registrant, cycle, now=now)
        for place, invitation in zip(seated, begun, strict=True)
    ]


def _row(place: Given, invitation_id: int | None, status: Status, *, now: datetime) -> Row:
    return {
        "registrant_id": place.registrant.id,
        "session_id": place.session_id,
        "status": status,
        "invitation_id": invitation_id,
        "created_at": now,
        "confirmed_at": None if invitation_id is None else now,
    }
