"""Who holds a seat, who waits and in which order, and how seats are given. Hold the session, then count.

By specification/security, rule 13.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, insert, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import with_cycles
from webinars.outbox.rows import Row
from webinars.registration import queries
from webinars.registration.invites import calendar_objects
from webinars.registration.invites.changes import Announced
from webinars.registration.models import Registrant, Registration, Status
from webinars.storage.extensions import db, run

SEATED = (Status.CONFIRMED, Status.PENDING)

_TAKEN = (
    select(Registration.session_id, func.count())
    .where(
        Registration.session_id.in_(bindparam("session_ids", expanding=True)),
        Registration.status.in_(SEATED),
    )
    .group_by(Registration.session_id)
)
# NO KEY UPDATE where it is not shared: rows that merely refer to the cycle, mails for one, do not wait
_STATE = select(Cycle.state).where(Cycle.id == bindparam("cycle_id"))
_SHARED = _STATE.with_for_update(read=True)
_HELD = _STATE.with_for_update(key_share=True)


# put together once: a sign-up asks it each time; SQLite passes over FOR UPDATE
_CHOSEN = (
    select(Session)
    .where(
        Session.cycle_id == bindparam("cycle_id"),
        Session.public_id.in_(bindparam("public_ids", expanding=True)),
    )
    .order_by(Session.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def hold_chosen(cycle_id: int, public_ids: Iterable[str]) -> list[Session]:
    """The cycle's sessions among these outward ids, held, in the order of their ids; others are left out."""
    found = db.session.scalars(_CHOSEN, {"cycle_id": cycle_id, "public_ids": [*public_ids]})
    return with_cycles(found)


def hold(session_ids: Iterable[int]) -> list[Session]:
    """The sessions as they stand, in the order of their ids, and nobody else's to change until the commit.

    On SQLite a transaction that may write holds the whole database from its first statement,
    so what this one has read already still stands.
    """
    ids = sorted(set(session_ids))
    if db.session.get_bind().dialect.name == "sqlite":
        return with_cycles(db.session.get_one(Session, session_id) for session_id in ids)
    return _locked(Session.id.in_(ids))


def hold_sessions_of(cycle_id: int) -> list[Session]:
    """All sessions of a cycle, held, in the order of their ids."""
    return _locked(Session.cycle_id == cycle_id)


def hold_cycle(cycle: Cycle) -> None:
    """Until the commit nobody signs up, leaves, or changes which sessions the cycle has; its state is read anew.

    Always before any of its sessions: two who take both in another order would wait for each other.
    """
    _lock_cycle(cycle, is_shared=False)


def share_cycle(cycle: Cycle) -> None:
    """Until the commit the cycle stays as it stands, state and sessions; those who share it do not wait for each other."""
    _lock_cycle(cycle, is_shared=True)


def _lock_cycle(cycle: Cycle, *, is_shared: bool) -> None:
    if db.session.get_bind().dialect.name == "sqlite":
        return
    db.session.flush()  # a state that was just decided is not read over
    state = run(_SHARED if is_shared else _HELD, {"cycle_id": cycle.id}).scalar_one()
    set_committed_value(cycle, "state", state)


def _locked(condition: ColumnElement[bool]) -> list[Session]:
    return with_cycles(
        db.session.scalars(
            select(Session)
            .where(condition)
            .order_by(Session.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def seats_taken(session_ids: Iterable[int]) -> dict[int, int]:
    """How many seats each session has given; every asked session has its number."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    counted = db.session.execute(_TAKEN, {"session_ids": wanted})
    return dict.fromkeys(wanted, 0) | dict(counted.all())


def seats_left(session: Session) -> int | None:
    """How many seats are free, never below zero; None without a limit."""
    if session.capacity is None:
        return None
    return max(0, session.capacity - seats_taken([session.id])[session.id])


def first_waiting(session_id: int, count: int | None) -> list[Registration]:
    """Those who have waited longest, with their registrants, first come first; all of them without a count."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.session_id == session_id, Registration.status == Status.WAITLISTED)
            .order_by(Registration.id)
            .limit(count)
            .options(joinedload(Registration.registrant))
        )
    )


def ranks(registration_ids: Iterable[int]) -> dict[int, int]:
    """The place of each waiting registration in its queue, from 1."""
    mine, before = aliased(Registration), aliased(Registration)
    counted = db.session.execute(
        select(mine.id, func.count())
        .join(before, before.session_id == mine.session_id)
        .where(
            mine.id.in_(list(registration_ids)),
            mine.status == Status.WAITLISTED,
            before.status == Status.WAITLISTED,
            before.id <= mine.id,
        )
        .group_by(mine.id)
    )
    return dict(counted.all())


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
        calendar_objects.CalendarPlace(
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
