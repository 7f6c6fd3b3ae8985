"""Updates that wait to be told, as organisers see them: what changed, to how many, and when it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.dates import date_words, hour_words
from webinars.extensions import db
from webinars.invitations.models import Invitation
from webinars.planning.models import PendingUpdate
from webinars.registration import wording
from webinars.registration.announced import Announced
from webinars.registration.models import Registration, Status


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed, with both values in words."""

    label: str
    former: str
    present: str


@dataclass(frozen=True, slots=True)
class Pending:
    """One update that waits."""

    session: Session
    update: PendingUpdate
    people: int
    now: datetime

    @property
    def is_move(self) -> bool:
        """Whether people who are not told would come at the wrong time."""
        change = self._before.change_to(self.session)
        return change is not None and change.is_move

    @property
    def differences(self) -> list[Difference]:
        """What changed since people were last told."""
        before, session = self._before.about(self.session), self.session
        pairs = (
            (_("Date"), _date(before, session), _date(session, before)),
            (_("Place"), wording.where(before), wording.where(session)),
            (_("Title"), before.title, session.title),
        )
        return [Difference(label, was, is_) for label, was, is_ in pairs if was != is_]

    @property
    def leaves(self) -> str:
        """When it leaves, on the cycle's own clock."""
        at = self.update.due_at.astimezone(self.session.cycle.zone)
        if self.update.due_at <= self.now:
            return _("in a moment")
        if self.update.due_at - self.now < timedelta(hours=12):
            return _("at %(hour)s", hour=hour_words(at))
        return _("on %(day)s at %(hour)s", day=date_words(at.date(), year=False), hour=hour_words(at))

    @property
    def _before(self) -> Announced:
        return Announced.from_text(self.update.said)


def _date(session: Session, other: Session) -> str:
    if not session.is_dated:
        return _("date to come")
    return f"{wording.day(session)}, {wording.former_hours(session, other)}"  # with the zone if that changed


def pending_in_cycle(cycle: Cycle, *, now: datetime) -> list[Pending]:
    """What waits in a cycle, the first to leave first."""
    return _pending(_ASKED.where(Session.cycle_id == cycle.id), now)


def pending_in(organisation: Organisation, *, now: datetime) -> list[Pending]:
    """What waits in all cycles of an organisation, the first to leave first."""
    return _pending(_ASKED.where(Cycle.organisation_id == organisation.id), now)


def pending_of(session: Session, *, now: datetime) -> Pending | None:
    """What waits for one session; None when nothing does."""
    return next(iter(_pending(_ASKED.where(Session.id == session.id), now)), None)


def people_told(session: Session, update: PendingUpdate) -> int:
    """How many calendars say something else of the session than is so now, or do not have its new texts."""
    return _people([(session, update)])[session.id]


_ASKED = (
    select(PendingUpdate)
    .join(PendingUpdate.session)
    .join(Session.cycle)
    .order_by(PendingUpdate.due_at, PendingUpdate.session_id)
    .options(contains_eager(PendingUpdate.session).contains_eager(Session.cycle))
)


def _pending(asked: Select[PendingUpdate], now: datetime) -> list[Pending]:
    updates = [(update.session, update) for update in db.session.scalars(asked)]
    people = _people(updates)
    return [Pending(session, update, people[session.id], now) for session, update in updates]


def _people(updates: Sequence[tuple[Session, PendingUpdate]]) -> dict[int, int]:
    if not updates:
        return {}
    present = {session.id: Announced.of(session).text() for session, _update in updates}
    invited = (
        select(Registration.session_id, Invitation.said, _lacks_texts(updates).label("lacks_texts"))
        .join(Registration.invitation)
        .where(
            Registration.session_id.in_(present),
            Registration.status == Status.CONFIRMED,
            Invitation.cancelled_at.is_(None),
        )
        .subquery()
    )
    counted = select(invited, func.count()).group_by(*invited.c).order_by(*invited.c)
    people = dict.fromkeys(present, 0)
    for session_id, said, lacks_texts, count in db.session.execute(counted):
        if lacks_texts or said != present[session_id]:
            people[session_id] += count
    return people


def _lacks_texts(updates: Sequence[tuple[Session, PendingUpdate]]) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(Registration.session_id == session.id, Invitation.created_at <= update.texts_at)
            for session, update in updates
            if update.texts_at is not None
        ),
    )
