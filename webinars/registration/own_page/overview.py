"""Where somebody stands in a cycle: what they hold, what they wait for, what is still to be had."""

from dataclasses import dataclass
from datetime import datetime

from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.cycles.states import CycleState
from webinars.registration import links, queries, seats
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.own_page.room import Room, room_of
from webinars.registration.seats import Seats


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One session that somebody holds or waits for."""

    session: Session
    registration: Registration
    rank: int | None  # the place in the queue, while waiting
    room: Room
    join_link: str  # while the room is open
    has_started: bool

    @property
    def is_waiting(self) -> bool:
        """Whether the place is still to come."""
        return self.registration.state is RegistrationState.WAITLISTED


@dataclass(frozen=True, slots=True)
class SeatOffer:
    """One session that can still be taken."""

    session: Session
    seats: Seats
    is_late: bool  # the session runs


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything a personal page shows about sessions."""

    coming: list[OverviewRow]
    past: list[OverviewRow]
    open: list[SeatOffer]
    is_over: bool  # no session of the cycle is still to come, whoever may take it

    @property
    def next(self) -> OverviewRow | None:
        """The next session with a place."""
        return next((row for row in self.coming if not row.is_waiting and not row.session.is_cancelled), None)


def overview_of(registrant: Registrant, *, now: datetime) -> Overview:
    """Where this registrant, who came with their cycle, stands now."""
    held = queries.live_registrations(registrant.id)
    ranks = seats.ranks([one.id for one in held if one.state is RegistrationState.WAITLISTED])
    rows = [_row(registrant, one, ranks.get(one.id), now=now) for one in held]
    sessions = sessions_of(registrant.cycle)
    return Overview(
        coming=[row for row in rows if not row.session.is_over(now)],
        past=[row for row in rows if row.session.is_over(now) and not row.is_waiting],
        open=_offers(registrant.cycle, sessions, {one.session_id for one in held}, now=now),
        is_over=all(session.is_cancelled or session.is_over(now) for session in sessions),
    )


def _row(registrant: Registrant, held: Registration, rank: int | None, *, now: datetime) -> OverviewRow:
    room = room_of(held.session, held, now=now)
    is_open = room in (Room.OPEN, Room.NO_LINK)
    return OverviewRow(
        held.session,
        held,
        rank,
        room,
        join_link=links.join_link(registrant, held.session) if is_open else "",
        has_started=held.session.has_started(now),
    )


def _offers(cycle: Cycle, sessions: list[Session], held: set[int], *, now: datetime) -> list[SeatOffer]:
    if cycle.state is not CycleState.PUBLISHED:
        return []
    taking = [one for one in sessions if one.id not in held and one.takes_registrations(now)]
    found = seats.seats_and_waiting(taking)
    offers = [SeatOffer(one, found[one.id], one.has_started(now)) for one in taking]
    return [offer for offer in offers if offer.seats.take_late or not offer.is_late]
