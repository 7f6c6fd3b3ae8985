"""The public programme of a cycle: everything its page shows, with few questions to the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from webinars.cycles import queries
from webinars.cycles.models import Cycle, Partner, Resource, Session
from webinars.cycles.states import ContributorKind, CycleState
from webinars.registration.models import Registration, RegistrationState
from webinars.registration.seats import SEATED, Seats
from webinars.registration.signup.availability import SessionPlace, SessionStanding, standing_of
from webinars.storage.extensions import db

SUMMARY = 40  # lines beside the form: of so many the style sheet shows which are ticked


@dataclass(frozen=True, slots=True)
class Programme:
    """A cycle as visitors see it."""

    cycle: Cycle
    places: Sequence[SessionPlace]  # by date
    partners: Sequence[Partner]
    themes: Sequence[str]
    resources: Sequence[Resource]  # of the cycle as a whole

    @property
    def sessions(self) -> list[Session]:
        """Its sessions, cancelled ones included."""
        return [place.session for place in self.places]

    @property
    def open(self) -> list[SessionPlace]:
        """The sessions one may sign up for."""
        return [place for place in self.places if place.is_open]

    @property
    def of_the_whole(self) -> list[SessionPlace]:
        """The sessions whoever takes the whole cycle signs up for: open now, or opening later."""
        return [place for place in self.places if place.is_open or place.standing is SessionStanding.LATER]

    @property
    def summary(self) -> list[SessionPlace]:
        """What stands beside the form: the sessions one may choose first where not all have room there."""
        if len(self.places) <= SUMMARY:
            return list(self.places)
        return self.open[:SUMMARY]

    @property
    def full(self) -> list[SessionPlace]:
        """Those that have a waitlist only."""
        return [place for place in self.places if place.standing is SessionStanding.FULL]

    @property
    def held(self) -> int:
        """How many sessions take place, cancelled ones left out."""
        return sum(place.standing is not SessionStanding.CANCELLED for place in self.places)

    @property
    def is_past(self) -> bool:
        """Whether nothing of it is still to come."""
        gone = (SessionStanding.PAST, SessionStanding.CANCELLED)
        return bool(self.places) and all(place.standing in gone for place in self.places)

    @property
    def takes_one_only(self) -> bool:
        """Whether there is nothing to choose: one session, the only one."""
        return len(self.open) == 1 and self.held == 1


def programme_of(cycle: Cycle, *, now: datetime) -> Programme:
    """The cycle's programme as it stands now, in the same few queries whatever the number of sessions."""
    sessions = queries.sessions_of(cycle)
    seated, waiting = _counts([session.id for session in sessions])
    contributors = queries.contributors_of(sessions)
    resources = _by_session(queries.resources_of(cycle))
    places = []
    for session in sessions:
        seats = Seats(session.capacity, seated[session.id])
        places.append(
            SessionPlace(
                session=session,
                standing=standing_of(
                    session, seats=seats, is_open=cycle.state is CycleState.PUBLISHED, now=now
                ),
                left=seats.left,
                now=now,
                waiting=waiting[session.id],
                speakers=[one for one in contributors[session.id] if one.kind is ContributorKind.SPEAKER],
                resources=resources[session.id],
            )
        )
    return Programme(cycle, places, queries.partners_of(cycle), queries.themes_of(cycle), resources[None])


def _counts(session_ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    seated: dict[int, int] = defaultdict(int)
    waiting: dict[int, int] = defaultdict(int)
    counted = (
        select(Registration.session_id, Registration.state, func.count())
        .where(
            Registration.session_id.in_(session_ids),
            Registration.state.in_([*SEATED, RegistrationState.WAITLISTED]),
        )
        .group_by(Registration.session_id, Registration.state)
        .order_by(Registration.session_id)
    )
    for session_id, state, number in db.session.execute(counted):
        (waiting if state is RegistrationState.WAITLISTED else seated)[session_id] += number
    return seated, waiting


def _by_session(resources: Iterable[Resource]) -> dict[int | None, list[Resource]]:
    found: dict[int | None, list[Resource]] = defaultdict(list)
    for resource in resources:
        found[resource.session_id].append(resource)
    return found
