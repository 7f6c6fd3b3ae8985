"""Places given: registrations, calendar objects and the invitations to queue, in four statements however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from webinars.cycles.models import Cycle
from webinars.extensions import db
from webinars.outbox.actions import Row
from webinars.registration.calendars import begin, invitation_row
from webinars.registration.models import Registrant, Registration, Status

_IDS = select(Registration.invitation_id, Registration.id).where(
    Registration.invitation_id.in_(bindparam("invitation_ids", expanding=True))
)


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
    withheld: bool = False,
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
    db.session.execute(insert(Registration.__table__), rows)  # type: ignore[arg-type]
    if not begun:
        return []
    ids = dict(db.session.execute(_IDS, {"invitation_ids": [invitation.id for invitation in begun]}).all())
    return [
        invitation_row(invitation, ids[invitation.id], place.registrant, cycle, now=now, withheld=withheld)
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
