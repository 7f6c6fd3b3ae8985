"""The public programme of a cycle: everything its page shows, with few questions to the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from webinars.cycles import queries
from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session
from webinars.cycles.states import ContributorKind
from webinars.cycles.words import way
from webinars.registration import session_words
from webinars.registration.seats import people_waiting
from webinars.registration.signup.availability import PublicSession, SessionStanding, as_public

SUMMARY = 5  # dates beside the page: of so many the style sheet shows which are ticked


@dataclass(frozen=True, slots=True)
class Programme:
    """A cycle as visitors see it."""

    cycle: Cycle
    public_sessions: Sequence[PublicSession]  # by date
    partners: Sequence[Partner]
    themes: Sequence[str]
    resources: Sequence[Resource]  # of the cycle as a whole
    waiting: int  # people who wait for what is full

    @property
    def sessions(self) -> list[Session]:
        """Its sessions, cancelled ones included."""
        return [public.session for public in self.public_sessions]

    @property
    def open(self) -> list[PublicSession]:
        """The sessions one may sign up for."""
        return [public for public in self.public_sessions if public.is_open]

    @property
    def of_the_whole(self) -> list[PublicSession]:
        """The sessions whoever takes the whole cycle signs up for: open now, or opening later."""
        return [
            public
            for public in self.public_sessions
            if public.is_open or public.standing is SessionStanding.LATER
        ]

    @property
    def ahead(self) -> list[PublicSession]:
        """What the programme begins with: all that is not over; all of it once everything is."""
        if self.is_past:
            return list(self.public_sessions)
        return [public for public in self.public_sessions if public.standing is not SessionStanding.PAST]

    @property
    def held_already(self) -> list[PublicSession]:
        """What stands below: the sessions that are over, the latest first, while others are not."""
        ahead = self.ahead
        return [public for public in reversed(self.public_sessions) if public not in ahead]

    @property
    def summary(self) -> list[PublicSession]:
        """The first dates, which stand beside the page."""
        return self.ahead[:SUMMARY]

    @property
    def speakers(self) -> list[Contributor]:
        """Everybody who speaks, each once, in the order of the programme."""
        found = {
            (one.name, one.role, one.organisation): one
            for public in reversed(self.public_sessions)
            for one in reversed(public.speakers)
        }
        return list(reversed(found.values()))

    @property
    def shared_way(self) -> str | None:
        """How all that is ahead is attended, where that is the same for all of it."""
        ways = {way(public.session) for public in self.ahead}
        return ways.pop() if len(ways) == 1 else None

    @property
    def share_a_zone(self) -> bool:
        """Whether one clock says all its hours."""
        return len({public.session.timezone for public in self.public_sessions}) < 2

    @property
    def full(self) -> list[PublicSession]:
        """Those that have a waitlist only."""
        return [public for public in self.public_sessions if public.standing is SessionStanding.FULL]

    @property
    def has_seats(self) -> bool:
        """Whether a sign-up gives a seat somewhere, not only the wait for one."""
        return any(public.has_seats for public in self.public_sessions)

    @property
    def invited_to(self) -> list[Session]:
        """The sessions a sign-up gives a seat and an invitation in: one that runs is joined by its confirmation."""
        return [public.session for public in self.public_sessions if public.has_seats and public.is_to_come]

    @property
    def has_access_links(self) -> bool:
        """Whether one of these invitations holds an access link."""
        return any(session_words.is_online(session) for session in self.invited_to)

    @property
    def held(self) -> int:
        """How many sessions take place, cancelled ones left out."""
        return sum(public.standing is not SessionStanding.CANCELLED for public in self.public_sessions)

    @property
    def is_past(self) -> bool:
        """Whether nothing of it is still to come."""
        gone = (SessionStanding.PAST, SessionStanding.CANCELLED)
        return bool(self.public_sessions) and all(public.standing in gone for public in self.public_sessions)

    @property
    def takes_one_only(self) -> bool:
        """Whether there is nothing to choose: one session, the only one."""
        return len(self.open) == 1 and self.held == 1


def programme_of(cycle: Cycle, *, now: datetime) -> Programme:
    """The cycle's programme as it stands now, in the same few queries whatever the number of sessions."""
    sessions = queries.sessions_of(cycle)
    contributors = queries.contributors_of(sessions)
    resources = _by_session(queries.resources_of(cycle))
    public_sessions = [
        replace(
            public,
            speakers=[one for one in contributors[public.session.id] if one.kind is ContributorKind.SPEAKER],
            resources=resources[public.session.id],
        )
        for public in as_public(sessions, now=now)
    ]
    return Programme(
        cycle,
        public_sessions,
        queries.partners_of(cycle),
        queries.themes_of(cycle),
        resources[None],
        waiting=_people_waiting(public_sessions),
    )


def _people_waiting(public_sessions: Iterable[PublicSession]) -> int:
    """How many people wait for a seat in what is full, whatever number of sessions each waits for."""
    waited_for = [
        public
        for public in public_sessions
        if public.standing is SessionStanding.FULL and public.seats.waiting
    ]
    if len(waited_for) < 2:
        return sum(public.seats.waiting for public in waited_for)
    return people_waiting(public.session.id for public in waited_for)


def _by_session(resources: Iterable[Resource]) -> dict[int | None, list[Resource]]:
    found: dict[int | None, list[Resource]] = defaultdict(list)
    for resource in resources:
        found[resource.session_id].append(resource)
    return found
