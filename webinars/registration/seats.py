"""Who gets a seat, who waits and who comes next: decided here alone. Hold the session, then count.

By specification/security, rule 13.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from webinars.cycles.errors import CycleIsDeleted
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import with_cycles
from webinars.cycles.states import CycleState
from webinars.invitations.models import Invitation
from webinars.outbox.models import Row
from webinars.registration import queries
from webinars.registration.invites import calendar_objects
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db
from webinars.storage.transactions import Values, run

SEATED = (RegistrationState.CONFIRMED, RegistrationState.PENDING)
LAST = 10  # a seat is among the last ones when so many per cent, or fewer, are left


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one session: how many there are (None: no limit), how many are given, and how many people wait."""

    capacity: int | None
    taken: int
    waiting: int = 0  # also where that was not asked

    @property
    def left(self) -> int | None:
        """How many are free, never below zero; None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now waits."""
        return self.left == 0

    @property
    def are_few(self) -> bool:
        """Whether those that are left are the last ones."""
        return self.left is not None and self.left * 100 <= (self.capacity or 0) * LAST

    @property
    def is_half_empty(self) -> bool:
        """Whether fewer than half are given; never without a limit."""
        return self.capacity is not None and self.taken * 2 < self.capacity

    @property
    def outcome(self) -> RegistrationState:
        """What whoever comes now gets: a seat, or the wait for one."""
        return RegistrationState.WAITLISTED if self.is_full else RegistrationState.CONFIRMED

    @property
    def is_overdrawn(self) -> bool:
        """Whether more people have a seat than there are."""
        return self.capacity is not None and self.taken > self.capacity

    @property
    def pass_on(self) -> bool:
        """Whether one that is given back goes to somebody who waits."""
        return self.waiting > 0 and not self.is_overdrawn

    @property
    def take_late(self) -> bool:
        """Whether somebody may still have one once the session runs: one is free, and nobody waits."""
        return not self.is_full and not self.waiting

    def enough_for(self, waiting: int) -> int:
        """How many seats there must be for so many who wait to have one too."""
        return max(self.capacity or 0, self.taken) + waiting


_TAKEN = (
    select(Registration.session_id, func.count())
    .where(
        Registration.session_id.in_(bindparam("session_ids", expanding=True)),
        Registration.state.in_(SEATED),
        Registration.contributes_as.is_(None),
    )
    .group_by(Registration.session_id)
)
_WAITING = Registration.state == RegistrationState.WAITLISTED
_COUNTED = (
    select(Registration.session_id, Registration.state, func.count())
    .where(
        Registration.session_id.in_(bindparam("session_ids", expanding=True)),
        Registration.state.in_((*SEATED, RegistrationState.WAITLISTED)),
        Registration.contributes_as.is_(None),
    )
    .group_by(Registration.session_id, Registration.state)
    .order_by(Registration.session_id)
)
# NO KEY UPDATE where it is not shared: rows that merely refer to the cycle, mails for one, do not wait
_STATE = select(Cycle.state, Cycle.deletion_asked_at).where(Cycle.id == bindparam("cycle_id"))
_SHARED = _STATE.with_for_update(read=True)
_HELD = _STATE.with_for_update(key_share=True)


_BY_OUTWARD_ID = and_(
    Session.cycle_id == bindparam("cycle_id"),
    Session.public_id.in_(bindparam("public_ids", expanding=True)),
)


def hold_chosen(cycle_id: int, public_ids: Iterable[str]) -> list[Session]:
    """The cycle's sessions among these outward ids, as `hold_all` holds them; others are left out."""
    return _chosen(_CHOSEN, _CHOSEN_SHARED, {"cycle_id": cycle_id, "public_ids": [*public_ids]})


def hold_all(cycle_id: int) -> list[Session]:
    """All sessions of a cycle that is held or shared, in the order of their ids, as they stay until the commit.

    Where none has a limit of seats there is nothing to count: who signs up waits for nobody who does.
    """
    return _chosen(_ALL, _ALL_SHARED, {"cycle_id": cycle_id})


def _chosen(held: Select[Session], shared: Select[Session], asked: Values) -> list[Session]:
    if db.session.get_bind().dialect.name == "sqlite":  # which passes over both
        return with_cycles(db.session.scalars(held, asked))
    return with_cycles(db.session.scalars(shared, asked).all() or db.session.scalars(held, asked))


def _held_in_order(condition: ColumnElement[bool]) -> Select[Session]:
    return (
        select(Session)
        .where(condition)
        .order_by(Session.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _shared_unless_limited(condition: ColumnElement[bool]) -> Select[Session]:
    # all or nothing: who shares some and then holds others does not take them in the order of their ids.
    # Nobody gives a session a limit meanwhile, for that takes its cycle
    limited = select(Session.id).where(condition, Session.capacity.is_not(None)).correlate(None)
    return _held_in_order(and_(condition, ~limited.exists())).with_for_update(read=True)


# put together once: a sign-up asks them each time
_CHOSEN, _CHOSEN_SHARED = _held_in_order(_BY_OUTWARD_ID), _shared_unless_limited(_BY_OUTWARD_ID)
_OF_CYCLE = Session.cycle_id == bindparam("cycle_id")
_ALL, _ALL_SHARED = _held_in_order(_OF_CYCLE), _shared_unless_limited(_OF_CYCLE)


def hold(session_ids: Iterable[int]) -> list[Session]:
    """The sessions as they stand, in the order of their ids, and nobody else's to change until the commit.

    On SQLite a transaction that may write holds the whole database from its first statement,
    so what this one has read already still stands.
    """
    ids = sorted(set(session_ids))
    if db.session.get_bind().dialect.name == "sqlite" and len(ids) == 1:
        return with_cycles([db.session.get_one(Session, ids[0])])
    return _locked(Session.id.in_(ids))


def hold_sessions_of(cycle_id: int) -> list[Session]:
    """All sessions of a cycle, held, in the order of their ids."""
    return _locked(Session.cycle_id == cycle_id)


def hold_cycle(cycle: Cycle) -> None:
    """Until the commit nobody signs up, leaves, or changes which sessions the cycle has; its state is read anew.

    Always before any of its sessions: two who take both in another order would wait for each other. Raises CycleIsDeleted.
    """
    _lock_cycle(cycle, is_shared=False)


def share_cycle(cycle: Cycle) -> None:
    """Until the commit the cycle stays as it stands, state and sessions; those who share it do not wait for each other.

    Raises CycleIsDeleted.
    """
    _lock_cycle(cycle, is_shared=True)


def _lock_cycle(cycle: Cycle, *, is_shared: bool) -> None:
    if db.session.get_bind().dialect.name == "sqlite":
        return
    db.session.flush()  # a state that was just decided is not read over
    found = run(_SHARED if is_shared else _HELD, {"cycle_id": cycle.id}).one_or_none()
    if found is None:
        raise CycleIsDeleted
    set_committed_value(cycle, "state", found.state)
    set_committed_value(cycle, "deletion_asked_at", found.deletion_asked_at)


def _locked(condition: ColumnElement[bool]) -> list[Session]:
    return with_cycles(db.session.scalars(_held_in_order(condition)))


def seats_taken(session_ids: Iterable[int]) -> dict[int, int]:
    """How many seats each session has given; every asked session has its number."""
    wanted = list(session_ids)
    if not wanted:
        return {}
    counted = db.session.execute(_TAKEN, {"session_ids": wanted})
    return dict.fromkeys(wanted, 0) | dict(counted.all())


def seats_of(sessions: Iterable[Session]) -> dict[int, Seats]:
    """The seats of these sessions as they stand."""
    capacities = {session.id: session.capacity for session in sessions}
    taken = seats_taken(capacities)
    return {session_id: Seats(capacity, taken[session_id]) for session_id, capacity in capacities.items()}


def seats_and_waiting(sessions: Iterable[Session]) -> dict[int, Seats]:
    """The seats of these sessions as they stand, with how many wait for one, asked for at once."""
    wanted = list(sessions)
    if not wanted:
        return {}
    taken, waiting = Counter[int](), Counter[int]()
    for session_id, state, number in db.session.execute(
        _COUNTED, {"session_ids": [session.id for session in wanted]}
    ):
        (waiting if state is RegistrationState.WAITLISTED else taken)[session_id] += number
    return {one.id: Seats(one.capacity, taken[one.id], waiting[one.id]) for one in wanted}


def people_waiting(session_ids: Iterable[int]) -> int:
    """How many different people wait for a seat in these sessions."""
    people = select(func.count(Registration.registrant_id.distinct()))
    return db.session.scalar(people.where(Registration.session_id.in_([*session_ids]), _WAITING)) or 0


def without_room(sessions: Iterable[Session], *, now: datetime) -> set[int]:
    """Which of these run and have no seat for a late-comer. They are held already.

    Nobody is given a seat of a session that runs for having waited: so nobody begins to wait for one, and nobody
    comes in before those who do.
    """
    found = seats_and_waiting(session for session in sessions if session.is_running(now))
    return {session_id for session_id, seats in found.items() if not seats.take_late}


def outcomes(sessions: Iterable[Session]) -> dict[int, RegistrationState]:
    """What somebody gets who takes all of these sessions, in their order. They are held already."""
    wanted = list(sessions)
    limited = seats_of(session for session in wanted if session.capacity is not None)
    return {
        session.id: limited[session.id].outcome if session.id in limited else RegistrationState.CONFIRMED
        for session in wanted
    }


def allot(sessions: Iterable[Session], wanted: Iterable[tuple[int, Registrant]]) -> Iterator["SeatOutcome"]:
    """What each of many gets, one after the other: session and person, first come first. The sessions are held already."""
    limited = seats_of(session for session in sessions if session.capacity is not None)
    for session_id, registrant in wanted:
        seats = limited.get(session_id)
        if seats is None:
            yield SeatOutcome(registrant, session_id, RegistrationState.CONFIRMED)
            continue
        yield SeatOutcome(registrant, session_id, seats.outcome)
        if not seats.is_full:
            limited[session_id] = replace(seats, taken=seats.taken + 1)


def next_waiting(session: Session, *, now: datetime) -> list[Registration]:
    """Who gets the seats that are free, first come first; nobody once the session began or was cancelled. It is held already."""
    if session.is_cancelled or session.has_started(now):
        return []
    if session.capacity is None:
        return waiting_for(session)
    return waiting_for(session, most=seats_of([session])[session.id].left)


def passes_on_new(session: Session) -> bool:
    """Whether seats that are added go to those who wait: while its cycle takes sign-ups; one given back always does."""
    return db.session.scalar(select(Cycle.state).where(Cycle.id == session.cycle_id)) is CycleState.PUBLISHED


def waiting_for(session: Session, *, most: int | None = None) -> list[Registration]:
    """Those who wait, with their registrants, first come first."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(Registration.session_id == session.id, _WAITING)
            .order_by(Registration.id)
            .limit(most)
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
            mine.state == RegistrationState.WAITLISTED,
            before.state == RegistrationState.WAITLISTED,
            before.id <= mine.id,
        )
        .group_by(mine.id)
    )
    return dict(counted.all())


_KEEP = insert(Registration.__table__).returning(Registration.invitation_id, Registration.id)  # type: ignore[arg-type]


NOTHING_GIVEN_BACK: Mapping[int, Invitation] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeatOutcome:
    """A seat, or the wait for one."""

    registrant: Registrant
    session_id: int
    state: RegistrationState

    def is_invited(self, now: datetime) -> bool:
        """Whether it enters a calendar: who comes while the session runs is written the way in alone."""
        session = db.session.get_one(Session, self.session_id)
        return self.state is RegistrationState.CONFIRMED and not session.has_started(now)


def give(
    places: Sequence[SeatOutcome],
    cycle: Cycle,
    *,
    formers: Mapping[int, Invitation] = NOTHING_GIVEN_BACK,
    is_rehearsal: bool = False,
    details: Row | None = None,
    now: datetime,
) -> list[Row]:
    """Keeps the registrations in their order; says which invitations, with these details, to queue. The sessions are held already.

    `formers`: by session what the one person who gets all of these places gave back before.
    """
    if not places:
        return []
    seated = [place for place in places if place.is_invited(now)]
    opened = _open(seated, cycle, formers, now=now)
    invited = {id(place): opening.invitation_id for place, opening in zip(seated, opened, strict=True)}
    state = RegistrationState.REFUSED if is_rehearsal else None
    rows = [_row(place, invited.get(id(place)), state or place.state, now=now) for place in places]
    ids = dict(run(_KEEP, rows).all())
    return [
        calendar_objects.opening_row(
            opening, ids[opening.invitation_id], place.registrant, cycle, now=now, details=details
        )
        for place, opening in zip(seated, opened, strict=True)
        if opening.kind
    ]


def _open(
    seated: Sequence[SeatOutcome], cycle: Cycle, formers: Mapping[int, Invitation], *, now: datetime
) -> list[calendar_objects.Opening]:
    places = [
        calendar_objects.CalendarPlace(place.session_id, place.registrant, formers.get(place.session_id))
        for place in seated
    ]
    opened = calendar_objects.open_calendars(places, cycle, comes_back=True, now=now)
    queries.let_invitations_go(place.former.id for place in places if place.former)
    return opened


def _row(place: SeatOutcome, invitation_id: int | None, state: RegistrationState, *, now: datetime) -> Row:
    waits = place.state is RegistrationState.WAITLISTED
    has_entry = invitation_id is not None  # in a calendar, which knows what it was told
    return {
        "registrant_id": place.registrant.id,
        "session_id": place.session_id,
        "state": state,
        "invitation_id": invitation_id,
        "created_at": now,
        "confirmed_at": None if waits else now,
        "said": None
        if has_entry
        else AnnouncedFacts.of(db.session.get_one(Session, place.session_id)).text(),
    }
