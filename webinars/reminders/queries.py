"""What can be asked about reminders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager

from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState, SessionState
from webinars.outbox.models import Email
from webinars.planning.updates.models import PendingUpdate
from webinars.registration.models import Registration, RegistrationState
from webinars.reminders.lead_time import CHANGE_OVER, LONGEST, USUAL, due_at
from webinars.reminders.models import ReminderPlan, ReminderRound, ReminderRule, ReminderSweep
from webinars.storage.extensions import db

_Ranked = tuple[Session, int, str, int, datetime | None]
REMINDING = (CycleState.PUBLISHED, CycleState.CLOSED)


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One reminder of one session with a date."""

    session: Session
    minutes: int
    text: str
    is_last: bool
    settles_at: datetime | None = None  # when the change of the session that waits is told

    @property
    def due_at(self) -> datetime:
        """When it leaves."""
        return due_at(self.session.local_start, self.session.zone, self.minutes)

    @property
    def sure_due_at(self) -> datetime | None:
        """The same; None when it cannot be computed, as for a zone that is none."""
        try:
            return self.due_at
        except (LookupError, ValueError, OverflowError):
            return None


def coming(cycle: Cycle, now: datetime) -> list[Session]:
    """The cycle's sessions that are to start, by date."""
    return list(
        db.session.scalars(
            select(Session)
            .join(Session.cycle)
            .where(Session.cycle_id == cycle.id, *_to_start(now))
            .order_by(Session.starts_at, Session.id)
            .options(contains_eager(Session.cycle))
        )
    )


def planned_for(cycle: Cycle, now: datetime) -> list[PlannedReminder]:
    """Every reminder of the cycle's sessions to come, by session, the earliest first."""
    listed = _listed(Session.cycle_id == cycle.id, *_to_start(now))
    return _planned(_ranked(listed))


def due_between(since: datetime, until: datetime) -> list[PlannedReminder]:
    """What fell due after the one moment and not after the other, or may have, has not left, and is still of use.

    One query, whatever the number of cycles; it reads the sessions of the longest delay allowed.
    """
    horizon = until + timedelta(minutes=LONGEST) + CHANGE_OVER
    # a cancellation that settles may be taken back: what falls due meanwhile waits for it
    settles = exists().where(PendingUpdate.session_id == Session.id, PendingUpdate.due_at > until)
    happens = or_(Session.state == SessionState.SCHEDULED, settles)
    listed = _listed(happens, Session.starts_at > until, Session.starts_at <= horizon)
    lead = extract("epoch", Session.starts_at) - listed.c.minutes * 60
    left = exists().where(
        ReminderRound.session_id == Session.id,
        ReminderRound.minutes == listed.c.minutes,
        ReminderRound.starts_at == Session.starts_at,
    )
    asked = _ranked(listed).where(
        Cycle.state.in_(REMINDING),
        lead > (since - CHANGE_OVER).timestamp(),
        lead <= (until + CHANGE_OVER).timestamp(),
        ~left,
    )
    found = [(one, one.sure_due_at) for one in _planned(asked)]
    return [one for one, at in found if at is None or since < at <= until]


def _to_start(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Session.state == SessionState.SCHEDULED, Session.starts_at > now


def _listed(*which: ColumnElement[bool]) -> Subquery:
    """The reminders of some sessions: their own, else their cycle's, else the usual ones."""
    own, whole = aliased(ReminderPlan), aliased(ReminderPlan)
    planless = (
        select(Session.id.label("session_id"))
        .outerjoin(own, own.session_id == Session.id)
        .outerjoin(whole, and_(whole.cycle_id == Session.cycle_id, whole.session_id.is_(None)))
        .where(*which)
    )
    plan_id = func.coalesce(own.id, whole.id)
    chosen = planless.add_columns(ReminderRule.minutes, ReminderRule.text).join(
        ReminderRule, ReminderRule.plan_id == plan_id
    )
    usual = union_all(*(select(literal(minutes).label("minutes")) for minutes in USUAL)).subquery()
    otherwise = (
        planless.add_columns(usual.c.minutes, literal("").label("text"))
        .join(usual, true())
        .where(own.id.is_(None), whole.id.is_(None))
    )
    is_on = or_(own.is_on, and_(own.id.is_(None), whole.is_on))
    rows = union_all(chosen.where(is_on), otherwise).subquery()
    least = func.min(rows.c.minutes).over(partition_by=rows.c.session_id)
    return select(rows, least.label("least")).subquery()


def _ranked(listed: Subquery) -> Select[*_Ranked]:
    return (
        select(Session, listed.c.minutes, listed.c.text, listed.c.least, PendingUpdate.due_at)
        .join(listed, listed.c.session_id == Session.id)
        .join(Session.cycle)
        .outerjoin(PendingUpdate, PendingUpdate.session_id == Session.id)
        .order_by(Session.starts_at, Session.id, listed.c.minutes.desc())
        .options(contains_eager(Session.cycle))
    )


def _planned(asked: Select[*_Ranked]) -> list[PlannedReminder]:
    return [
        PlannedReminder(session, minutes, text, minutes == least, settles_at)
        for session, minutes, text, least, settles_at in db.session.execute(asked)
    ]


def plan_of(cycle: Cycle, session: Session | None = None) -> ReminderPlan | None:
    """The plan of one session, or that of the cycle; None while none was made."""
    of_one = ReminderPlan.session_id == session.id if session else ReminderPlan.session_id.is_(None)
    return db.session.scalar(select(ReminderPlan).where(ReminderPlan.cycle_id == cycle.id, of_one))


def plans_of_sessions(cycle: Cycle) -> dict[int, ReminderPlan]:
    """The plans sessions have instead of their cycle's."""
    wanted = select(ReminderPlan).where(
        ReminderPlan.cycle_id == cycle.id, ReminderPlan.session_id.is_not(None)
    )
    return {
        plan.session_id: plan
        for plan in db.session.scalars(wanted.order_by(ReminderPlan.id))
        if plan.session_id is not None
    }


def rules_of(plan: ReminderPlan | None) -> list[ReminderRule]:
    """What a plan says, the earliest first; the usual reminders without one."""
    if plan is None:
        return [ReminderRule(minutes=minutes, text="") for minutes in USUAL]
    wanted = select(ReminderRule).where(ReminderRule.plan_id == plan.id)
    return list(db.session.scalars(wanted.order_by(ReminderRule.minutes.desc())))


def rounds_of(cycle: Cycle, *, most: int) -> list[ReminderRound]:
    """The reminders that have left, with their sessions, the latest first."""
    return list(
        db.session.scalars(
            select(ReminderRound)
            .join(ReminderRound.session)
            .where(Session.cycle_id == cycle.id)
            .order_by(ReminderRound.left_at.desc(), ReminderRound.id.desc())
            .limit(most)
            .options(contains_eager(ReminderRound.session))
        )
    )


def round_of(session_id: int, minutes: int, starts_at: datetime) -> ReminderRound | None:
    """The reminder that has left for a session at this start."""
    return db.session.scalar(
        select(ReminderRound).where(
            ReminderRound.session_id == session_id,
            ReminderRound.minutes == minutes,
            ReminderRound.starts_at == starts_at,
        )
    )


def left_for(session_ids: Collection[int]) -> set[tuple[int, int, datetime]]:
    """The reminders that have left for these sessions: session, minutes before, and the start it had then."""
    wanted = select(ReminderRound.session_id, ReminderRound.minutes, ReminderRound.starts_at)
    found = db.session.execute(wanted.where(ReminderRound.session_id.in_(sorted(session_ids))))
    return {(session_id, minutes, starts_at) for session_id, minutes, starts_at in found}


def is_true_of(registration: Registration, email: Email, *, now: datetime) -> bool:
    """Whether the session a reminder speaks of is to come as it says, and the person has a seat."""
    session = registration.session
    return (
        registration.state is RegistrationState.CONFIRMED
        and registration.contributes_as is None
        and not session.is_cancelled
        and session.starts_at == datetime.fromisoformat(email.details["starts_at"])
        and not session.has_started(now)
        and session.cycle.state in REMINDING
    )


def swept_until() -> datetime | None:
    """Until when what fell due has been dealt with; None before the first sweep."""
    return db.session.scalar(select(ReminderSweep.until))
