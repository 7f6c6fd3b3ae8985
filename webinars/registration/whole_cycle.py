"""The whole cycle is a standing intent: whoever took it holds every session that is announced.

The rule, whatever the registration window says: when a session of a published cycle is announced (the cycle
is published or opened again, the session is added, restored, or moved to a date still to come), whoever
follows the whole cycle gets a seat in it, or the wait for one and a mail that says so, in the order in which they came. Who has
held that session before and no longer does gave it back: they are left in peace.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import exists, select

from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.outbox.actions import Row, queue_all, queue_new, row
from webinars.registration import seats
from webinars.registration.actions import promote
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.models import Registrant, Registration, Status
from webinars.registration.seats import Given, give
from webinars.storage.extensions import db

AT_ONCE = 1_000  # what one statement carries


def enrol_whole_cycle(cycle: Cycle, sessions: Iterable[Session], *, now: datetime) -> int:
    """Gives those who follow the whole cycle their places in these sessions; says how many were given.

    The caller holds the cycle (`seats.hold_cycle`): nobody begins or ends to follow it meanwhile.
    """
    if cycle.state is not CycleState.PUBLISHED:
        return 0
    held = [one for one in seats.hold(session.id for session in sessions) if one.is_to_come(now)]
    if not held:
        return 0
    for session in held:
        promote(session, now=now)  # those who wait come first
    places = list(_places(held, _wanted(cycle, held)))
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        queue_all(give(some, cycle, now=now))
        queue_new([_told_to_wait(place, cycle, now=now) for place in some if _waits(place)])
    return len(places)


def _waits(place: Given) -> bool:
    return place.status is Status.WAITLISTED


def _told_to_wait(place: Given, cycle: Cycle, *, now: datetime) -> Row:
    session = db.session.get_one(Session, place.session_id)
    return row(
        "waiting",
        recipient=reachable(place.registrant),
        language=place.registrant.language,
        about_id=place.registrant.id,
        purpose=f"waiting:{place.registrant.id}:{session.id}",
        now=now,
        cycle_id=cycle.id,
        details={"session_id": session.id},
        not_after=session.starts_at,
    )


def _wanted(cycle: Cycle, sessions: Sequence[Session]) -> Sequence[tuple[int, Registrant]]:
    """Who is to have which session: by session, then first come first."""
    has_held_it = exists().where(
        Registration.registrant_id == Registrant.id, Registration.session_id == Session.id
    )
    rows = db.session.execute(
        select(Session.id, Registrant)
        .join(Registrant, Registrant.cycle_id == Session.cycle_id)
        .where(
            Session.id.in_([session.id for session in sessions]),
            Registrant.cycle_id == cycle.id,
            Registrant.whole_cycle.is_(True),
            Registrant.email.is_not(None),
            ~has_held_it,
        )
        .order_by(Session.id, Registrant.id)
    )
    return [(session_id, registrant) for session_id, registrant in rows]


def _places(sessions: Sequence[Session], wanted: Iterable[tuple[int, Registrant]]) -> Iterator[Given]:
    limits = {session.id: session.capacity for session in sessions if session.capacity is not None}
    taken = seats.seats_taken(limits)
    for session_id, registrant in wanted:
        if session_id in limits and taken[session_id] >= limits[session_id]:
            yield Given(registrant, session_id, Status.WAITLISTED)
            continue
        if session_id in limits:
            taken[session_id] += 1
        yield Given(registrant, session_id, Status.CONFIRMED)
