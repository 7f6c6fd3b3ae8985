"""Reminders in words: how long before, and when the session is for whoever reads it now."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Session
from webinars.reminders.lead_time import DAY, HOUR, due_at
from webinars.words.dates import date_words, duration_words, hour_words, says_year

# a delay in hours is still right so long after the reminder fell due
STILL_RIGHT = timedelta(minutes=5)


def delay_words(minutes: int) -> str:
    """7 days, 1 hour, 1 h 30, 45 min."""
    if minutes % DAY == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes % HOUR == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return duration_words(minutes)


def before_words(minutes: int) -> str:
    """7 days before."""
    return _("%(delay)s before", delay=delay_words(minutes))


def when_words(session: Session, minutes: int, *, now: datetime) -> str:
    """Tomorrow at 10:00: the day as it is on the session's clock at this moment, whatever the delay was called.

    A delay of less than a day is said as it is, unless the reminder comes too late for it.
    """
    start = session.local_start
    days = (start.date() - now.astimezone(session.zone).date()).days
    hour = hour_words(start)
    if minutes < DAY and now - due_at(start, session.zone, minutes) <= STILL_RIGHT:
        return _("In %(delay)s, at %(hour)s", delay=delay_words(minutes), hour=hour)
    if days <= 0:
        return _("Today at %(hour)s", hour=hour)
    if days == 1:
        return _("Tomorrow at %(hour)s", hour=hour)
    day = date_words(start, year=says_year([start], today=now.astimezone(session.zone)))
    return _("In %(days)s days, %(day)s at %(hour)s", days=days, day=day, hour=hour)


def usual_words(minutes: int, *, is_last: bool = False) -> str:
    """What a reminder says while the organisers have written nothing for it."""
    if is_last:
        return _("We look forward to seeing you.")
    if minutes >= 2 * DAY:
        return _("Your seat is kept. If you cannot come, there is still time to pass it on.")
    return _("Your seat is kept, and everything is ready.")
