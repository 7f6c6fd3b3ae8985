"""The public programme of a cycle: everything its page shows, with few questions to the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from webinars.cycles import queries
from webinars.cycles.models import Cycle, Partner, Resource, Session
from webinars.cycles.states import ContributorKind
from webinars.registration import session_words
from webinars.registration.seats import people_waiting
from webinars.registration.signup.availability import SessionPlace, SessionStanding, places_of

SUMMARY = 40  # lines beside the form: of so many the style sheet shows which are ticked


@dataclass(frozen=True, slots=True)
class Programme:
    """A cycle as visitors see it."""

    cycle: Cycle
    places: Sequence[SessionPlace]  # by date
    partners: Sequence[Partner]
    themes: Sequence[str]
    resources: Sequence[Resource]  # of the cycle as a whole
    waiting: int  # people who wait for what is full

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
    def has_seats(self) -> bool:
        """Whether a sign-up gives a seat somewhere, not only the wait for one."""
        return any(place.has_seats for place in self.places)

    @property
    def invited_to(self) -> list[Session]:
        """The sessions a sign-up gives a seat and an invitation in: one that runs is joined by its confirmation."""
        return [place.session for place in self.places if place.has_seats and place.is_to_come]

    @property
    def has_access_links(self) -> bool:
        """Whether one of these invitations holds an access link."""
        return any(session_words.is_online(session) for session in self.invited_to)

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
    contributors = queries.contributors_of(sessions)
    resources = _by_session(queries.resources_of(cycle))
    places = [
        replace(
            place,
            speakers=[one for one in contributors[place.session.id] if one.kind is ContributorKind.SPEAKER],
            resources=resources[place.session.id],
        )
        for place in places_of(sessions, now=now)
    ]
    return Programme(
        cycle,
        places,
        queries.partners_of(cycle),
        queries.themes_of(cycle),
        resources[None],
        waiting=_people_waiting(places),
    )


def _people_waiting(places: Iterable[SessionPlace]) -> int:
    """How many people wait for a seat in what is full, whatever number of sessions each waits for."""
    waited_for = [place for place in places if place.standing is SessionStanding.FULL and place.seats.waiting]
    if len(waited_for) < 2:
        return sum(place.seats.waiting for place in waited_for)
    return people_waiting(place.session.id for place in waited_for)


def _by_session(resources: Iterable[Resource]) -> dict[int | None, list[Resource]]:
    found: dict[int | None, list[Resource]] = defaultdict(list)
    for resource in resources:
        found[resource.session_id].append(resource)
    return found
