"""What organisers decide about reminders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from webinars.actors import Actor
from webinars.cycles.models import Cycle, Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed
from webinars.registration import seats
from webinars.reminders import queries
from webinars.reminders.models import ReminderPlan, ReminderRule
from webinars.storage.extensions import db


def choose(
    cycle: Cycle,
    rules: Sequence[ReminderRule],
    *,
    session: Session | None = None,
    is_on: bool = True,
    by: Actor,
    now: datetime,
) -> None:
    """These reminders and no others, for the cycle or for one session of it."""
    plan = _held(cycle, session) or _new(cycle, session)
    plan.is_on = is_on
    db.session.execute(delete(ReminderRule).where(ReminderRule.plan_id == plan.id))
    db.session.add_all(
        [ReminderRule(plan_id=plan.id, minutes=rule.minutes, text=rule.text) for rule in rules]
    )
    _count_edit(cycle, session, by=by, now=now)


def switch(cycle: Cycle, *, session: Session | None = None, is_on: bool, by: Actor, now: datetime) -> None:
    """Lets reminders leave or none at all; what they say is kept for the day they are switched on again."""
    plan = _held(cycle, session)
    if plan is None:
        rules = effective_rules(cycle, session)
        choose(cycle, rules, session=session, is_on=is_on, by=by, now=now)
    elif plan.is_on is not is_on:
        plan.is_on = is_on
        _count_edit(cycle, session, by=by, now=now)


def forget(cycle: Cycle, *, session: Session | None = None, by: Actor, now: datetime) -> None:
    """Back to what holds without a plan: the usual reminders for a cycle, its cycle's for a session."""
    plan = _held(cycle, session)
    if plan is not None:
        db.session.execute(delete(ReminderRule).where(ReminderRule.plan_id == plan.id))
        db.session.delete(plan)
        db.session.flush()
        _count_edit(cycle, session, by=by, now=now)


def effective_rules(cycle: Cycle, session: Session | None = None) -> list[ReminderRule]:
    """What stands in the plan that holds: the session's own, else the cycle's, else the usual reminders."""
    own = queries.plan_of(cycle, session) if session else None
    return queries.rules_of(own or queries.plan_of(cycle))


def _held(cycle: Cycle, session: Session | None) -> ReminderPlan | None:
    seats.hold_cycle(cycle)  # two people who choose at once do so one after the other
    return queries.plan_of(cycle, session)


def _new(cycle: Cycle, session: Session | None) -> ReminderPlan:
    plan = ReminderPlan(cycle_id=cycle.id, session_id=session.id if session else None)
    db.session.add(plan)
    db.session.flush()
    return plan


def _count_edit(cycle: Cycle, session: Session | None, *, by: Actor, now: datetime) -> None:
    about = session or cycle
    about.count_edit(["reminders"], by=by, now=now)
    note(Deed.REMINDERS_CHANGED, cycle.organisation_id, about.subject, by=by, now=now)
