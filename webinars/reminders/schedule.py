"""When each reminder of a cycle leaves, to how many, and what has left."""

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import sessions_of
from webinars.reminders import queries
from webinars.reminders.models import ReminderPlan, ReminderRound
from webinars.reminders.queries import PlannedReminder
from webinars.reminders.recipients import reader_counts

SHOWN = 200


class ReminderSource(enum.StrEnum):
    """Whose reminders a session has."""

    CYCLE = "cycle"
    OWN = "own"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ReminderDate:
    """One reminder of one session."""

    minutes: int
    due_at: datetime  # on the session's own clock
    left: ReminderRound | None
    is_passed: bool  # fell due before it was planned, or before the session stood where it stands


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One session to come."""

    session: Session
    source: ReminderSource
    leavings: Sequence[ReminderDate]
    readers: int  # who would be reminded at this moment


@dataclass(frozen=True, slots=True)
class Schedule:
    """The reminders of a cycle."""

    rows: Sequence[ReminderRow]
    left: Sequence[ReminderRound]
    is_over: bool  # every session has had its date, or is cancelled: none will come

    @property
    def example(self) -> Session | None:
        """A session to show mails with."""
        return self.rows[0].session if self.rows else None


def schedule_of(cycle: Cycle, *, now: datetime) -> Schedule:
    """The cycle's reminders, in seven queries whatever the number of sessions."""
    sessions = queries.coming(cycle, now)
    rounds = queries.rounds_of(cycle, most=SHOWN)
    counts = reader_counts(session.id for session in sessions)
    plans = queries.plans_of_sessions(cycle)
    planned: dict[int, list[PlannedReminder]] = defaultdict(list)
    for one in queries.planned_for(cycle, now):
        planned[one.session.id].append(one)
    until = queries.swept_until() or now
    rows = [
        ReminderRow(
            session,
            _source(plans.get(session.id)),
            [_leaving(one, rounds, until) for one in planned[session.id]],
            counts.get(session.id, 0),
        )
        for session in sessions
    ]
    held = [] if sessions else sessions_of(cycle)
    is_over = bool(held) and all(one.is_dated or one.is_cancelled for one in held)
    return Schedule(rows, rounds, is_over)


def _source(plan: ReminderPlan | None) -> ReminderSource:
    if plan is None:
        return ReminderSource.CYCLE
    return ReminderSource.OWN if plan.is_on else ReminderSource.OFF


def _leaving(one: PlannedReminder, rounds: Sequence[ReminderRound], until: datetime) -> ReminderDate:
    key = (one.session.id, one.minutes, one.session.starts_at)
    left = next(
        (round_ for round_ in rounds if (round_.session_id, round_.minutes, round_.starts_at) == key), None
    )
    due = one.due_at.astimezone(one.session.zone)
    return ReminderDate(one.minutes, due, left, left is None and due <= until)
