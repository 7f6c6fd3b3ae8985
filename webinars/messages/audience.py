"""Who is meant by a message: a group of the people of one cycle, as one condition on registrants.

Numbers, previews, sending and the last look before a mail is written all use the same condition.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Exists, and_, case, exists, func, or_, select

from webinars.attendance.models import Attendance, Conclusion
from webinars.cycles.models import Session
from webinars.cycles.states import SessionState
from webinars.invitations.models import Invitation, PartStat
from webinars.outbox.queue.blocked_addresses import returns_mail
from webinars.registration.identity import as_written
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.queries import LIVE
from webinars.storage.extensions import db

CAME = (Conclusion.PRESENT, Conclusion.BRIEF)
MISSED = (Conclusion.ABSENT, Conclusion.EXCUSED)


class Standing(enum.StrEnum):
    """How somebody stands to the session, or to the cycle when none is chosen."""

    ALL = "all"
    CONFIRMED = "confirmed"
    WAITING = "waiting"
    PRESENT = "present"
    ABSENT = "absent"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Audience:
    """A group of people of a cycle."""

    cycle_id: int
    standing: Standing = Standing.ALL
    session_id: int | None = None  # None: the whole cycle
    kinds: tuple[str, ...] = ()  # structure types (COL-COM) and families (COL); none: any


@dataclass(frozen=True, slots=True)
class MessageReach:
    """How many a message would reach, and how many of the group it would not."""

    people: int = 0
    muted: int = 0
    without_address: int = 0
    returned: int = 0  # mail to them comes back


RETURNED = returns_mail(Registrant.email_key)
_WELCOME = and_(Registrant.email.is_not(None), Registrant.muted_at.is_(None))
REACHABLE = and_(_WELCOME, ~RETURNED)


def belongs(audience: Audience, *, now: datetime) -> ColumnElement[bool]:
    """The condition under which a registrant is in the group; each person once, whatever matches."""
    conditions = [Registrant.cycle_id == audience.cycle_id, _STANDINGS[audience.standing](audience, now)]
    if audience.kinds:
        kind = as_written("structure_type")
        types = [kind == code for code in audience.kinds]
        families = [kind.startswith(f"{code}-") for code in audience.kinds]
        conditions.append(or_(*types, *families))
    return and_(*conditions)


def reach_of(audience: Audience, *, now: datetime) -> MessageReach:
    """How many the group holds at this moment."""

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    muted = and_(Registrant.email.is_not(None), Registrant.muted_at.is_not(None))
    row = db.session.execute(
        select(
            counted(REACHABLE),
            counted(muted),
            counted(Registrant.email.is_(None)),
            counted(and_(_WELCOME, RETURNED)),
        ).where(belongs(audience, now=now))
    ).one()
    return MessageReach(*(int(number) for number in row))


def is_in(registrant: Registrant, audience: Audience, *, now: datetime) -> bool:
    """Whether this person is in the group."""
    wanted = select(Registrant.id).where(Registrant.id == registrant.id, belongs(audience, now=now))
    return db.session.scalar(wanted) is not None


def _all(audience: Audience, _now: datetime) -> ColumnElement[bool]:
    """Who holds or waits for a seat, wants the whole cycle, or came without registering."""
    found = or_(_holds(audience, LIVE), _seen(audience, CAME))
    return found if audience.session_id else or_(found, Registrant.whole_cycle)


def _confirmed(audience: Audience, _now: datetime) -> ColumnElement[bool]:
    return _not_cancelled(audience, _holds(audience, (RegistrationState.CONFIRMED,)))


def _waiting(audience: Audience, _now: datetime) -> ColumnElement[bool]:
    return _not_cancelled(audience, _holds(audience, (RegistrationState.WAITLISTED,)))


def _present(audience: Audience, _now: datetime) -> ColumnElement[bool]:
    return _seen(audience, (Conclusion.PRESENT,))


def _absent(audience: Audience, _now: datetime) -> ColumnElement[bool]:
    """Who had a seat and missed it; for a cycle, who missed one and came to none."""
    missed = _seen(audience, MISSED).where(
        Registration.registrant_id == Registrant.id,
        Registration.session_id == Attendance.session_id,
        Registration.state == RegistrationState.CONFIRMED,
    )
    return missed if audience.session_id else and_(missed, ~_seen(audience, CAME))


def _not_answered(audience: Audience, now: datetime) -> ColumnElement[bool]:
    """Whose calendar has said nothing; for a cycle, about a session still to come."""
    silent = _holds(audience, (RegistrationState.CONFIRMED,)).where(
        Registration.invitation_id == Invitation.id,
        Invitation.partstat == PartStat.NEEDS_ACTION,
        Invitation.cancelled_at.is_(None),
    )
    if audience.session_id:
        return silent
    return _not_cancelled(audience, silent).where(Session.starts_at > now)


_STANDINGS: dict[Standing, Callable[[Audience, datetime], ColumnElement[bool]]] = {
    Standing.ALL: _all,
    Standing.CONFIRMED: _confirmed,
    Standing.WAITING: _waiting,
    Standing.PRESENT: _present,
    Standing.ABSENT: _absent,
    Standing.NOT_ANSWERED: _not_answered,
}


def _holds(audience: Audience, states: tuple[RegistrationState, ...]) -> Exists:
    found = exists().where(
        Registration.registrant_id == Registrant.id,
        Registration.state.in_(states),
        Registration.contributes_as.is_(None),
    )
    return found.where(Registration.session_id == audience.session_id) if audience.session_id else found


def _seen(audience: Audience, conclusions: tuple[Conclusion, ...]) -> Exists:
    found = exists().where(Attendance.registrant_id == Registrant.id, Attendance.conclusion.in_(conclusions))
    return found.where(Attendance.session_id == audience.session_id) if audience.session_id else found


def _not_cancelled(audience: Audience, held: Exists) -> Exists:
    """A seat in a cancelled session is none, unless that very session is meant."""
    if audience.session_id:
        return held
    return held.where(Registration.session_id == Session.id, Session.state == SessionState.SCHEDULED)
