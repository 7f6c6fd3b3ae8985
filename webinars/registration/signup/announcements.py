"""What the public pages of a cycle say in sentences: what is full, over, cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.excerpts import capitalised
from webinars.registration import session_words
from webinars.registration.signup.availability import PublicSession, SessionStanding
from webinars.registration.signup.programme import Programme
from webinars.words.dates import date_words, says_year
from webinars.words.numbers import number_words, spelled


@dataclass(frozen=True, slots=True)
class Announcement:
    """A bold first line that says it all, and what follows from it."""

    title: str
    text: str
    tone: str


def announcements(programme: Programme) -> list[Announcement]:
    """What one should know before reading the programme, the most important first."""
    if programme.cycle.cancelled_at is not None:
        return [_cancelled_cycle()]
    if programme.is_past:
        return []
    found = [_cancelled(programme), _full(programme), _closed(programme)]
    return [announcement for announcement in found if announcement is not None]


def of_one_session(public: PublicSession, *, has_remains: bool) -> Announcement | None:
    """What one should know before reading about one session; nothing where one may have a seat."""
    if public.standing is SessionStanding.CANCELLED:
        return Announcement(
            _("This session is cancelled"),
            _("It did not take place.")
            if public.session.is_over(public.now)
            else _("It will not take place."),
            "bad",
        )
    if public.standing is SessionStanding.PAST:
        remains = (
            _("What was published is below.")
            if has_remains
            else _("Documents, if there are any, will be published here.")
        )
        return Announcement(_("This session is over"), remains, "")
    if public.standing in (SessionStanding.RUNNING, SessionStanding.LATE):
        return _running(public)
    if public.standing is SessionStanding.CLOSED:
        return _registrations_closed()
    if public.standing is SessionStanding.FULL:
        return Announcement(_("This session is full"), _waiting_list(1, public.seats.waiting), "warn")
    return None


def _running(public: PublicSession) -> Announcement:
    title, joins = _("This session is taking place now"), session_words.is_online(public.session)
    if public.standing is SessionStanding.RUNNING:
        link = _("Whoever has a seat comes in by the link they were sent.")
        return Announcement(title, link if joins else _("Whoever has a seat is expected on site."), "")
    words = (
        _("You can still sign up, until %(hour)s: the confirmation page lets you in.", hour=public.until)
        if joins
        else _("You can still sign up, until %(hour)s: you are then expected on site.", hour=public.until)
    )
    return Announcement(title, words, "warn")


def other_dates(number: int) -> str:
    """That other sessions of the cycle still have seats."""
    return capitalised(
        ngettext(
            "another session of this cycle still has seats",
            "%(number)s other sessions of this cycle still have seats",
            number,
            number=spelled(number),
        )
    )


def _cancelled_cycle() -> Announcement:
    return Announcement(
        _("This cycle is cancelled"),
        _("Its sessions to come will not take place. Whoever had a seat is told by mail."),
        "bad",
    )


def _cancelled(programme: Programme) -> Announcement | None:
    cancelled = [
        public for public in programme.public_sessions if public.standing is SessionStanding.CANCELLED
    ]
    if not cancelled:
        return None
    days = _joined(_days(cancelled))
    title = (
        _("The sessions on %(days)s are cancelled", days=days)
        if _share_a_day(cancelled)
        else ngettext(
            "The session of %(days)s is cancelled",
            "The sessions of %(days)s are cancelled",
            len(cancelled),
            days=days,
        )
    )
    text = _("Whoever had a seat is told by mail.")
    others = sum(public.is_to_come for public in programme.public_sessions)
    if others:
        go_ahead = ngettext("The other session goes ahead.", "The other sessions go ahead.", others)
        text = f"{text} {go_ahead}"
    return Announcement(title, text, "bad")


def _full(programme: Programme) -> Announcement | None:
    full = programme.full
    if not full or programme.has_seats:  # the programme says it of each, where others have seats
        return None
    days = _joined(_days(full))
    title = (
        _("The sessions on %(days)s are full", days=days)
        if _share_a_day(full)
        else ngettext(
            "The session of %(days)s is full", "The sessions of %(days)s are full", len(full), days=days
        )
    )
    return Announcement(title, _waiting_list(len(full), programme.waiting), "warn")


def _waiting_list(sessions: int, people: int) -> str:
    text = ngettext(
        "You can join its waiting list: as soon as a seat is free, it goes to the first person on the list, "
        "who receives the invitation.",
        "You can join their waiting lists: as soon as a seat is free, it goes to the first person on the list, "
        "who receives the invitation.",
        sessions,
    )
    return f"{text} {_people_wait(people)}".strip()


def _people_wait(waiting: int) -> str:
    if not waiting:
        return ""
    return ngettext(
        "%(number)s person is waiting.",
        "%(number)s people are waiting.",
        waiting,
        number=number_words(waiting),
    )


def _closed(programme: Programme) -> Announcement | None:
    if programme.open or not programme.public_sessions:
        return None
    if any(public.standing is SessionStanding.LATER for public in programme.public_sessions):
        return Announcement(
            _("Registrations are not open yet"), _("The programme says when they open for each session."), ""
        )
    return _registrations_closed()


def _registrations_closed() -> Announcement:
    return Announcement(
        _("Registrations are closed"),
        _("If you are registered, the last message you had from us holds your personal link."),
        "",
    )


def _share_a_day(public_sessions: Sequence[PublicSession]) -> bool:
    return len(public_sessions) > 1 and len(_days(public_sessions)) == 1


def _days(public_sessions: Sequence[PublicSession]) -> list[str]:
    starts = [public.session.local_start for public in public_sessions if public.session.is_dated]
    year = bool(public_sessions) and says_year(
        starts, today=public_sessions[0].now.astimezone(public_sessions[0].session.zone)
    )
    return list(dict.fromkeys(date_words(start, weekday=False, year=year) for start in starts))


def _joined(days: Sequence[str]) -> str:
    if len(days) < 2:
        return "".join(days)
    return _("%(first)s and %(last)s", first=", ".join(days[:-1]), last=days[-1])
