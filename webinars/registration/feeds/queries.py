"""What calendars are made from, and when it last changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import SessionState
from webinars.journal.models import JournalEntry
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """One session as it stands; two that are equal give the same lines of a feed."""

    public_id: str
    revision: int
    changed_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    state: SessionState

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return self.state is SessionState.CANCELLED


def versions_of(cycle: Cycle) -> list[FeedVersion]:
    """Every session of a cycle as it stands, without what it says."""
    rows = db.session.execute(
        select(
            Session.public_id,
            Session.revision,
            Session.changed_at,
            Session.starts_at,
            Session.ends_at,
            Session.state,
        )
        .where(Session.cycle_id == cycle.id)
        .order_by(Session.id)
    )
    return [FeedVersion(*row) for row in rows]


def registrations_since_ever(registrant: Registrant) -> list[Registration]:
    """All that somebody has or had, with sessions and invitations, by date; what was given back too."""
    return list(
        db.session.scalars(
            select(Registration)
            .join(Registration.session)
            .where(Registration.registrant_id == registrant.id)
            .order_by(Session.starts_at, Session.id, Registration.id)
            .options(contains_eager(Registration.session), joinedload(Registration.invitation))
        )
    )


def last_deed_at(cycle: Cycle) -> datetime | None:
    """When organisers last did something that the journal keeps: it knows of titles and removed sessions."""
    return db.session.scalar(
        select(func.max(JournalEntry.at)).where(JournalEntry.organisation_id == cycle.organisation_id)
    )
