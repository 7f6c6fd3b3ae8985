"""The sessions whose report is still to be dropped, or on site whose people are to be ticked: defined here once, for every page."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from webinars.attendance.models import Attendance, Conclusion, Headcount, Report, ReportState
from webinars.cycles.models import Session
from webinars.cycles.states import Format, SessionState
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db

IN_SEASON = timedelta(days=30)


def lacks_report(now: datetime) -> ColumnElement[bool]:
    """That a session has ended without a report, and of most who had registered nobody has said whether they came.

    A few who were ticked while it went on do not stand in for it. Where nobody had registered, and nobody is known
    to have come, it is expected for some weeks.
    """
    report = exists().where(Report.session_id == Session.id, Report.state != ReportState.UNDONE)
    heads = exists().where(Headcount.session_id == Session.id, Headcount.withdrawn_at.is_(None))
    said = (
        select(func.count())
        .where(Attendance.session_id == Session.id, Attendance.conclusion != Conclusion.UNKNOWN)
        .correlate(Session)
        .scalar_subquery()
    )
    registered = (
        select(func.count())
        .where(Registration.session_id == Session.id, Registration.state == RegistrationState.CONFIRMED)
        .correlate(Session)
        .scalar_subquery()
    )
    is_expected = and_(Session.ends_at > now - IN_SEASON, said == 0, ~heads)
    has_ended = and_(Session.state == SessionState.SCHEDULED, Session.ends_at <= now)
    return and_(has_ended, ~report, or_(said * 2 < registered, is_expected))


def is_ticked() -> ColumnElement[bool]:
    """That no video tool reports who came to the session: it takes place on site alone, and people are ticked."""
    return Session.format == Format.ON_SITE


def without_report(session_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Those of these sessions that lack their report, or on site their ticks."""
    found = select(Session.id).where(Session.id.in_(session_ids), lacks_report(now))
    return set(db.session.scalars(found.order_by(Session.id)))
