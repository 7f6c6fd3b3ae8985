"""Queues what fell due since the last sweep: nothing is scheduled for anybody, so nothing need be rescheduled."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from webinars import clock
from webinars.outbox.actions import queue_new
from webinars.outbox.models import Row, row
from webinars.registration.models import thread_of
from webinars.reminders import queries
from webinars.reminders.models import ReminderRound, ReminderSweep
from webinars.reminders.queries import PlannedReminder
from webinars.reminders.recipients import ReminderReader, readers_of
from webinars.storage.database import inserting, is_trouble
from webinars.storage.extensions import db
from webinars.web.logs import log

PERIOD = timedelta(seconds=30)
LOOK_BACK = timedelta(hours=1)  # what fell due while the clock was ahead is found again
KIND = "reminder"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def remind(now: datetime) -> int:
    """Queues the reminders that fell due since the last sweep; says how many mails.

    What fell due before somebody planned it is passed over: a reminder is never late on purpose. After an
    interruption the one nearest to the start leaves alone.
    """
    sweep = _hold(now)
    if clock.is_ahead(sweep.until, now):
        clock.say_ahead("reminders", until=sweep.until, now=now)
        sweep.until = now - LOOK_BACK  # what has left since then is known by its round
    if sweep.until >= now:
        return 0
    due = list(_nearest(queries.due_between(sweep.until, now)))
    sweep.until = now
    return _queue(due, now=now) if due else 0


def _hold(now: datetime) -> ReminderSweep:
    """The sweep as it stands; nobody else sweeps until the commit."""
    wanted = select(ReminderSweep).with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(wanted)
    if found is not None:
        return found
    first = inserting(ReminderSweep, db.engine.dialect.name).values(
        name=ReminderSweep.ONLY, until=now - PERIOD
    )
    db.session.execute(first.on_conflict_do_nothing())
    return db.session.scalars(wanted).one()


def _nearest(due: Iterable[PlannedReminder]) -> Iterable[PlannedReminder]:
    """Of each session the reminder that fell due last."""
    last: dict[int, PlannedReminder] = {}
    for one in due:
        known = last.get(one.session.id)
        if known is None or _order(one) > _order(known):
            last[one.session.id] = one
    return last.values()


def _order(one: PlannedReminder) -> tuple[datetime, int]:
    return one.sure_due_at or LONG_AGO, -one.minutes


def _queue(due: list[PlannedReminder], *, now: datetime) -> int:
    """Queues them with two statements; one that cannot be made takes no other along, and is kept as such."""
    readers = readers_of(one.session.id for one in due)
    rounds: list[Row] = []
    rows: list[Row] = []
    for one in due:
        try:
            people = [reader for reader in readers[one.session.id] if _came_before(reader, one, now)]
            mails = [_mail(reader, one, now=now) for reader in people]
        except Exception as error:
            if is_trouble(error):
                raise
            facts = {"session": one.session.id, "minutes": one.minutes, "error": type(error).__name__}
            log.error("reminder not sent", extra={"facts": facts})
            rounds.append(_round(one, 0, now=now) | {"has_failed": True})
        else:
            rounds.append(_round(one, len(people), now=now))
            rows += mails
    db.session.execute(insert(ReminderRound), rounds)
    queue_new(rows)
    return len(rows)


def _came_before(reader: ReminderReader, one: PlannedReminder, now: datetime) -> bool:
    return reader.confirmed_at < one.due_at or clock.is_ahead(reader.confirmed_at, now)


def _round(one: PlannedReminder, told: int, *, now: datetime) -> dict[str, Any]:
    return {
        "session_id": one.session.id,
        "minutes": one.minutes,
        "starts_at": one.session.starts_at,
        "text": one.text,
        "is_last": one.is_last,
        "told": told,
        "left_at": now,
        "has_failed": False,
    }


def _mail(reader: ReminderReader, one: PlannedReminder, *, now: datetime) -> Row:
    start = one.session.local_start.astimezone(UTC)
    return row(
        KIND,
        recipient=reader.email,
        language=reader.language,
        about_id=reader.registration_id,
        cycle_id=one.session.cycle_id,
        purpose=f"{KIND}:{one.minutes}:{reader.registration_id}:{start:%Y%m%dT%H%M%S}",
        details={"minutes": one.minutes, "starts_at": start.isoformat()},
        can_be_silenced=True,
        uid=thread_of(reader.registration_id),  # held back and dropped with the session's other news
        now=now,
        not_before=one.settles_at,  # a change that settles is told first
        not_after=start,
    )
