"""A session in words, as pages and mails of those who registered say it."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _

from webinars.cycles.models import Session
from webinars.cycles.states import Format
from webinars.registration.models import ConsentPurpose
from webinars.words.dates import date_words, hour_range, hour_words, says_year, zone_words


def where(session: Session) -> str:
    """How one attends: online, at a place, or both."""
    if session.format is Format.ONLINE or not session.place:
        return _("online") if session.format is not Format.ON_SITE else _("venue to be announced")
    if session.format is Format.ON_SITE:
        return session.place
    return _("%(place)s, or online", place=session.place)


def hours(session: Session) -> str:
    """10 h – 11 h 30, heure de Paris."""
    return f"{hour_range(session.local_start, session.local_end)}, {zone_words(session.timezone)}"


def day(session: Session) -> str:
    """mardi 17 novembre 2020."""
    return date_words(session.local_start)


def former_hours(former: Session, session: Session) -> str:
    """The hours it had, with their zone if that changed."""
    if former.timezone != session.timezone:
        return hours(former)
    return hour_range(former.local_start, former.local_end)


def about(session: Session) -> str:
    """Hours, zone and how one attends: what stands under a title."""
    return f"{hours(session)}, {where(session)}" if session.is_dated else _("Date to be announced")


def start(session: Session, *, now: datetime) -> str:
    """mardi 17 novembre, 10 h: short enough for a subject; with the year where it is not the present one."""
    year = says_year([session.local_start], today=now.astimezone(session.zone))
    return f"{date_words(session.local_start, year=year)}, {hour_words(session.local_start)}"


def agreed(purposes: Iterable[ConsentPurpose]) -> str:
    """What somebody agreed to, in a few words."""
    words = {
        ConsentPurpose.NEWSLETTER: _("newsletter"),
        ConsentPurpose.RECORDING: _("appearance in the recording"),
    }
    return ", ".join(words[purpose] for purpose in purposes)


def is_online(session: Session) -> bool:
    """Whether one can attend by the access link."""
    return session.format is not Format.ON_SITE
