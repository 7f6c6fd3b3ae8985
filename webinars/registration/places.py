"""Places given: registrations, calendar objects and the invitations to queue, in three statements however many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from webinars.cycles.models import Cycle, Session
from webinars.outbox.actions import Row
from webinars.registration import queries
from webinars.registration.invites import calendar_objects
from webinars.registration.invites.snapshot import Announced
from webinars.registration.models import Registrant, Registration, Status
from webinars.storage.extensions import db, run

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
    opened = _open(seated, cycle, is_rehearsal=is_rehearsal, now=now)
    invited = {id(place): opening.invitation_id for place, opening in zip(seated, opened, strict=True)}
    status = Status.REFUSED if is_rehearsal else None
    rows = [_row(place, invited.get(id(place)), status or place.status, now=now) for place in places]
    ids = dict(run(_KEEP, rows).all())
    return [
        calendar_objects.opening_row(opening, ids[opening.invitation_id], place.registrant, cycle, now=now)
        for place, opening in zip(seated, opened, strict=True)
        if opening.kind
    ]


def _open(
    seated: Sequence[Given], cycle: Cycle, *, is_rehearsal: bool, now: datetime
) -> list[calendar_objects.Opening]:
    formers = queries.former_invitations([(place.session_id, place.registrant.id) for place in seated])
    if is_rehearsal:  # asked for like any other, and left alone
        formers = {}
    places = [
        calendar_objects.Place(
            place.session_id, place.registrant, formers.get((place.session_id, place.registrant.id))
        )
        for place in seated
    ]
    opened = calendar_objects.open_calendars(places, cycle, comes_back=True, now=now)
    queries.let_invitations_go(former.id for former in formers.values())
    return opened


def _row(place: Given, invitation_id: int | None, status: Status, *, now: datetime) -> Row:
    waits = place.status is Status.WAITLISTED
    return {
        "registrant_id": place.registrant.id,
        "session_id": place.session_id,
        "status": status,
        "invitation_id": invitation_id,
        "created_at": now,
        "confirmed_at": None if invitation_id is None else now,
        "said": Announced.of(db.session.get_one(Session, place.session_id)).text() if waits else None,
    }
