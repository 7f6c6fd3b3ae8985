"""What goes with a cycle, and what its deletion waits for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from webinars import clock
from webinars.accounts.models import Organisation
from webinars.attendance.models import Report
from webinars.cycles.models import Cycle, Partner, Session
from webinars.outbox.models import Email, MailState
from webinars.outbox.queries import pause_in_force
from webinars.planning.updates.models import PendingUpdate
from webinars.planning.updates.overview import pending_in_cycle
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

LEAVING = (MailState.QUEUED, MailState.SENDING)


@dataclass(frozen=True, slots=True)
class CycleData:
    """What is kept about a cycle, in numbers."""

    people: int
    sessions: int
    registrations: int
    reports: int


@dataclass(frozen=True, slots=True)
class MailBeforeDeletion:
    """What has to leave before the data of a cycle goes."""

    updates: int  # sessions whose cancellation settles
    mails: int
    is_paused: bool  # then none of them leaves

    def __bool__(self) -> bool:
        return self.updates + self.mails > 0


def data_of(cycle: Cycle) -> CycleData:
    """What would go with the cycle."""
    sessions = select(Session.id).where(Session.cycle_id == cycle.id)
    asked = (
        select(func.count()).where(Registrant.cycle_id == cycle.id),
        select(func.count()).where(Session.cycle_id == cycle.id),
        select(func.count()).where(Registration.session_id.in_(sessions)),
        select(func.count()).where(Report.session_id.in_(sessions)),
    )
    return CycleData(*db.session.execute(select(*(one.scalar_subquery() for one in asked))).one())


def awaited_by(cycle: Cycle, *, now: datetime) -> MailBeforeDeletion:
    """What has not left yet: cancellations that somebody will hear of, and mail of the cycle that waits or is being sent."""
    updates = sum(not one.is_silent for one in pending_in_cycle(cycle, now=now))
    mails = db.session.scalar(select(func.count()).where(_leaves(cycle.id))) or 0
    return MailBeforeDeletion(updates, mails, is_paused=pause_in_force() is not None)


def due(*, settles: timedelta, now: datetime) -> Sequence[int]:
    """The cycles that go: asked for some minutes ago, so that it could be taken back, and nothing waits to leave."""
    asked_at = Cycle.deletion_asked_at
    # what was asked later was asked by a clock that was ahead
    is_settled = or_(asked_at <= now - settles, asked_at > now + clock.MOMENT)
    waits = or_(exists().where(_settles(Cycle.id)), exists().where(_leaves(Cycle.id)))
    found = select(Cycle.id).where(asked_at.is_not(None), is_settled, ~waits)
    return db.session.scalars(found.order_by(asked_at, Cycle.id)).all()


def logos_of(cycle: Cycle) -> set[str]:
    """The digests of the pictures that stand beside its partners."""
    found = select(Partner.logo).where(Partner.cycle_id == cycle.id, Partner.logo.is_not(None)).distinct()
    return {digest for digest in db.session.scalars(found.order_by(Partner.logo)) if digest}


def shown_among(digests: Collection[str]) -> set[str]:
    """Which of these pictures an organisation or a partner of any cycle shows."""
    of_partners = select(Partner.logo).where(Partner.logo.in_(digests))
    of_organisations = select(Organisation.logo).where(Organisation.logo.in_(digests))
    return set(db.session.scalars(union(of_partners, of_organisations)))


def _settles(cycle_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    sessions = select(Session.id).where(Session.cycle_id == cycle_id).correlate(Cycle)
    return PendingUpdate.session_id.in_(sessions)


def _leaves(cycle_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return (Email.cycle_id == cycle_id) & Email.state.in_(LEAVING)
