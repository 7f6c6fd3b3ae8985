"""Who enters a report or takes it back: one at a time in a session, for as long as they go on.

That is longer than a lease lasts, which is renewed as they go: it begins and ends by the clock, not by the hour of a request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, or_, select, update

from webinars import clock
from webinars.attendance.imports.errors import ReportInterrupted, ReportUnderWay
from webinars.attendance.models import Report, ReportState
from webinars.storage.database import public_id
from webinars.storage.extensions import db

LASTS = timedelta(minutes=1)  # longer than any lot takes; whoever was killed keeps it so long


@dataclass(frozen=True, slots=True)
class ReportLease:
    """The right to go on with one report, until it ends or somebody else takes it over."""

    report_id: int
    token: str

    def renew(self) -> None:
        """Goes on for a while, in the transaction of a lot; raises ReportInterrupted when it was taken over."""
        self._change(leased_until=clock.now() + LASTS)

    def end(self, state: ReportState, **facts: object) -> None:
        """The report is in that state, with these facts of it, from the commit on.

        Raises ReportInterrupted when it was taken over.
        """
        self._change(state=state, lease=None, leased_until=None, **facts)

    def let_go(self) -> None:
        """Whoever comes next need not wait; raises ReportInterrupted when it was taken over."""
        self._change(leased_until=clock.now())

    def _change(self, **values: object) -> None:
        mine: Update = update(Report).where(Report.id == self.report_id, Report.lease == self.token)
        changed = db.session.execute(mine.values(values).execution_options(synchronize_session=False))
        if not changed.rowcount:  # type: ignore[attr-defined]
            raise ReportInterrupted


def take(report: Report, state: ReportState) -> ReportLease:
    """The right to enter a report, or to take it back, from the commit on; its session is held. Raises ReportUnderWay."""
    if under_way(report.session_id) is not None:
        raise ReportUnderWay
    token = public_id()
    report.state, report.lease, report.leased_until = state, token, clock.now() + LASTS
    db.session.add(report)
    db.session.flush()
    return ReportLease(report.id, token)


def has_ended(now: datetime) -> ColumnElement[bool]:
    """The condition that nobody goes on: the lease ran out, or ends later than any may, taken by a clock ahead."""
    return or_(Report.leased_until <= now, Report.leased_until > now + LASTS + clock.MOMENT)


def take_over(report_id: int) -> ReportLease | None:
    """The right to clear what somebody left half done, from the commit on; None while they go on, or are through.

    Whoever goes on all the same, by another clock, is interrupted: nothing of theirs counts.
    """
    now, token = clock.now(), public_id()
    until = db.session.scalar(select(Report.leased_until).where(Report.id == report_id))
    ended = update(Report).where(Report.id == report_id, has_ended(now))
    taken = db.session.execute(
        ended.values(lease=token, leased_until=now + LASTS).execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    if until is not None and clock.is_ahead(until, now, LASTS):
        clock.say_ahead("reports", until=until, now=now)
    return ReportLease(report_id, token)


def under_way(session_id: int) -> int | None:
    """The report of the session that is being entered or taken back, or was when somebody was killed."""
    return db.session.scalar(
        select(Report.id).where(Report.session_id == session_id, Report.lease.is_not(None))
    )
