"""Makes copies: what was prepared comes along, what happened stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, select

from webinars.actors import Actor
from webinars.cycles.models import Contributor, Cycle, Partner, Session
from webinars.cycles.queries import contributors_of, partners_of, themes_of
from webinars.duplication.shift import ShiftedSession
from webinars.journal.actions import note, note_all
from webinars.journal.deeds import Deed
from webinars.planning import actions
from webinars.reminders.models import ReminderPlan, ReminderRule
from webinars.storage.database import Model
from webinars.storage.extensions import db

Original = TypeVar("Original", bound=Model)
# what a copy has of its model, dates apart; a video link is personal to a meeting, numbers and states are its own
TAKEN: Mapping[type[Model], Sequence[str]] = {
    Cycle: [
        "summary",
        "presentation",
        "noun",
        "timezone",
        "language",
        "contact",
        "contact_name",
        "threshold_minutes",
        "threshold_percent",
        "refusal_frees_place",
        "alarm_minutes",
    ],
    Session: ["title", "subtitle", "abstract", "timezone", "format", "place", "capacity"],
    Partner: ["position", "role", "name", "url", "logo"],
    Contributor: ["position", "kind", "name", "role", "organisation", "email", "name_key", "email_key"],
    ReminderPlan: ["is_on"],
    ReminderRule: ["minutes", "text"],
}


def duplicate_cycle(
    cycle: Cycle, sessions: Sequence[ShiftedSession], *, title: str, by: Actor, now: datetime
) -> Cycle:
    """A draft with all that was prepared of the held cycle, its sessions at these dates."""
    copy = _copy(cycle, title=title, organisation=cycle.organisation, organisation_id=cycle.organisation_id)
    actions.create_cycle(copy, by=by, now=now)
    copies = [_of_session(one, now=now) for one in sessions]
    actions.add_sessions(copy, [(session, session.title) for session in copies], now=now)
    actions.set_themes(copy, themes_of(cycle))
    actions.set_partners(copy, [_copy(partner) for partner in partners_of(cycle)])
    originals = [one.session for one in sessions]
    _take_people(originals, copies)
    ids: dict[int | None, int | None] = {None: None}
    ids |= {one.id: its.id for one, its in zip(originals, copies, strict=True)}
    _take_reminders(cycle, copy, ids)
    note(Deed.CYCLE_DUPLICATED, cycle.organisation_id, cycle.subject, by=by, now=now)
    subjects = [session.subject for session in copies]
    note_all(Deed.SESSION_ADDED, cycle.organisation_id, subjects, by=by, now=now)
    return copy


def duplicate_session(shifted: ShiftedSession, *, by: Actor, now: datetime) -> Session:
    """The same session of the held cycle once more; whoever took the whole cycle gets a place in it."""
    session = shifted.session
    copy = actions.add_session(session.cycle, _of_session(shifted, now=now), by=by, now=now)
    _take_people([session], [copy])
    _take_reminders(session.cycle, session.cycle, {session.id: copy.id})
    return copy


def _of_session(shifted: ShiftedSession, *, now: datetime) -> Session:
    session = shifted.session
    copy = _copy(session, opens_at=shifted.opens_at, closes_at=shifted.closes_at, day=shifted.day)
    if shifted.starts_at and shifted.ends_at:
        copy.move(starts_at=shifted.starts_at, ends_at=shifted.ends_at, now=now)
    else:
        copy.start_time, copy.end_time = session.start_time, session.end_time
    return copy


def _copy(row: Original, **given: object) -> Original:
    return type(row)(**_taken(row), **given)


def _taken(row: Model) -> dict[str, object]:
    return {name: getattr(row, name) for name in TAKEN[type(row)]}


def _take_people(originals: Sequence[Session], copies: Sequence[Session]) -> None:
    """Speakers and team of each session come along."""
    people = contributors_of(originals)
    both = zip(originals, copies, strict=True)
    rows = [_taken(one) | {"session_id": copy.id} for session, copy in both for one in people[session.id]]
    if rows:
        db.session.execute(insert(Contributor), rows)


def _take_reminders(cycle: Cycle, copy: Cycle, session_ids: Mapping[int | None, int | None]) -> None:
    """The reminders of these sessions, and of the cycle where None is among them."""
    found = db.session.scalars(select(ReminderPlan).where(ReminderPlan.cycle_id == cycle.id)).all()
    plans = {plan.id: session_ids[plan.session_id] for plan in found if plan.session_id in session_ids}
    if not plans:
        return
    rows = [
        _taken(one) | {"cycle_id": copy.id, "session_id": plans[one.id]} for one in found if one.id in plans
    ]
    db.session.execute(insert(ReminderPlan), rows)
    made = select(ReminderPlan.session_id, ReminderPlan.id).where(ReminderPlan.cycle_id == copy.id)
    new_ids = {row.session_id: row.id for row in db.session.execute(made)}
    rules = db.session.scalars(select(ReminderRule).where(ReminderRule.plan_id.in_(plans))).all()
    if rules:
        of_plans = [_taken(rule) | {"plan_id": new_ids[plans[rule.plan_id]]} for rule in rules]
        db.session.execute(insert(ReminderRule), of_plans)
