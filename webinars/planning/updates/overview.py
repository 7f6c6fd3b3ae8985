"""Updates that wait to be told, as organisers see them: what changed, to how many, and when it leaves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager

from webinars.accounts.models import Organisation
from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation
from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.planning.updates.models import PendingUpdate
from webinars.planning.updates.notification import NotifiedCounts
from webinars.registration import session_words
from webinars.registration.invites.changes import AnnouncedFacts
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db
from webinars.words.dates import date_words, hour_words, says_year


@dataclass(frozen=True, slots=True)
class SessionDifference:
    """One thing that changed, with both values in words."""

    label: str
    former: str
    present: str


@dataclass(frozen=True, slots=True)
class WaitingUpdate:
    """One update that waits: its session, when it leaves and whom it tells."""

    session: Session
    update: PendingUpdate
    told: NotifiedCounts
    now: datetime

    @property
    def is_cancellation(self) -> bool:
        """Whether people will hear that the session does not take place."""
        return self.session.is_cancelled

    @property
    def is_silent(self) -> bool:
        """Whether nothing will leave: whoever it is for has an address that returns mail."""
        return bool(self.told.unreached_words) and not self.update.has_failed

    @property
    def word(self) -> str:
        """The organiser's own that goes along."""
        return self.update.cancel_word if self.is_cancellation else self.update.word

    @property
    def is_move(self) -> bool:
        """Whether people who are not told would come at the wrong time."""
        change = self._before.change_to(self.session)
        return change is not None and change.is_move

    @property
    def differences(self) -> list[SessionDifference]:
        """What changed since people were last told; of a cancellation nothing else is said."""
        if self.is_cancellation:
            return []
        before, session = self._before.about(self.session), self.session
        pairs = (
            (_("Date"), _date(before, session), _date(session, before)),
            (_("Venue"), session_words.where(before), session_words.where(session)),
            (_("Title"), before.title, session.title),
        )
        return [SessionDifference(label, was, is_) for label, was, is_ in pairs if was != is_]

    @property
    def leaves(self) -> str:
        """When it leaves, on the cycle's own clock."""
        return leaving_words(self.update.due_at, self.session.cycle, now=self.now)

    @property
    def _before(self) -> AnnouncedFacts:
        return AnnouncedFacts.from_text(self.update.said)


def leaving_words(due_at: datetime, cycle: Cycle, *, now: datetime) -> str:
    """When something leaves, on the cycle's own clock."""
    at = due_at.astimezone(cycle.zone)
    if due_at <= now:
        return _("in a moment")
    if due_at - now < timedelta(hours=12):
        return _("at %(hour)s", hour=hour_words(at))
    return _(
        "on %(day)s at %(hour)s",
        day=date_words(at, year=says_year([at], today=now.astimezone(cycle.zone))),
        hour=hour_words(at),
    )


def _date(session: Session, other: Session) -> str:
    if not session.is_dated:
        return _("date to be announced")
    return f"{session_words.day(session)}, {session_words.former_hours(session, other)}"  # with the zone if that changed


def pending_in_cycle(cycle: Cycle, *, now: datetime) -> list[WaitingUpdate]:
    """What waits in a cycle, the first to leave first."""
    return _pending(_ASKED.where(Session.cycle_id == cycle.id), now)


def pending_in(organisation: Organisation, *, now: datetime) -> list[WaitingUpdate]:
    """What waits in all cycles of an organisation, the first to leave first."""
    return _pending(_ASKED.where(Cycle.organisation_id == organisation.id), now)


def pending_of(session: Session, *, now: datetime) -> WaitingUpdate | None:
    """What waits for one session; None when nothing does."""
    return next(iter(_pending(_ASKED.where(Session.id == session.id), now)), None)


def people_told(session: Session, update: PendingUpdate) -> NotifiedCounts:
    """How many know something else of the session than is so now, or do not have its new texts."""
    return people_told_each([(session, update)])[session.id]


def known_otherwise(session: Session) -> AnnouncedFacts | None:
    """What somebody believes of the session that is not so, if anybody does."""
    present = AnnouncedFacts.of(session).text()
    rows = [*db.session.execute(_seated([session.id])), *db.session.execute(_waiting([session.id]))]
    others = [said for _session_id, said, *_count in rows if said and said != present]
    return AnnouncedFacts.from_text(others[0]) if others else None


_RETURNED = returns_mail(Registrant.email_key).label("returned")
_CONTRIBUTES = Registration.contributes_as.is_not(None).label("contributes")
_ASKED = (
    select(PendingUpdate)
    .join(PendingUpdate.session)
    .join(Session.cycle)
    .order_by(PendingUpdate.due_at, PendingUpdate.session_id)
    .options(contains_eager(PendingUpdate.session).contains_eager(Session.cycle))
)


def _pending(asked: Select[PendingUpdate], now: datetime) -> list[WaitingUpdate]:
    updates = [(update.session, update) for update in db.session.scalars(asked)]
    people = people_told_each(updates)
    return [WaitingUpdate(session, update, people[session.id], now) for session, update in updates]


def people_told_each(updates: Sequence[tuple[Session, PendingUpdate]]) -> dict[int, NotifiedCounts]:
    """The same of many sessions, by their ids, with two questions."""
    if not updates:
        return {}
    told = {session.id: NotifiedCounts() for session, _update in updates}
    present = {session.id: AnnouncedFacts.of(session).text() for session, _update in updates}
    everybody = {session.id for session, _update in updates if session.is_cancelled}
    seated = _seated(present, _lacks_texts(updates))
    for session_id, said, returned, contributes, lacks_texts, count in db.session.execute(seated):
        if session_id in everybody or lacks_texts or said != present[session_id]:
            standing = "returned" if returned else "contributing" if contributes else "seated"
            told[session_id] += NotifiedCounts(**{standing: count})
    known = {session.id: update.said for session, update in updates}
    for session_id, said, returned, count in db.session.execute(_waiting(present)):
        if session_id in everybody or (said or known[session_id]) != present[session_id]:
            told[session_id] += NotifiedCounts(returned=count) if returned else NotifiedCounts(waiting=count)
    return told


def _seated(session_ids: Iterable[int], *columns: ColumnElement[Any]) -> Select[Any]:
    """What calendars, or who came late, know of the sessions; whether mail to them comes back, and how many know it."""
    more = (column.label("more") for column in columns)
    known = func.coalesce(Invitation.said, Registration.said).label("said")
    said = (
        select(Registration.session_id, known, _RETURNED, _CONTRIBUTES, *more)
        .join(Registration.registrant)
        .outerjoin(Registration.invitation)
        .where(
            Registration.session_id.in_(list(session_ids)),
            Registration.state == RegistrationState.CONFIRMED,
            Invitation.cancelled_at.is_(None),
            known.is_not(None),
        )
        .subquery()
    )
    return select(said, func.count()).group_by(*said.c).order_by(*said.c)


def _waiting(session_ids: Iterable[int]) -> Select[Any]:
    """What those who wait know of the sessions, whether mail to them comes back, and how many know it."""
    known = (
        select(Registration.session_id, Registration.said, _RETURNED)
        .join(Registration.registrant)
        .where(
            Registration.session_id.in_(list(session_ids)), Registration.state == RegistrationState.WAITLISTED
        )
        .subquery()
    )
    return select(known, func.count()).group_by(*known.c).order_by(*known.c)


def _lacks_texts(updates: Sequence[tuple[Session, PendingUpdate]]) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            and_(Registration.session_id == session.id, Invitation.created_at <= update.texts_at)
            for session, update in updates
            if update.texts_at is not None and not session.is_cancelled
        ),
    )
