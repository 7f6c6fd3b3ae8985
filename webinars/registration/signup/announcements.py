"""What the public pages of a cycle say in sentences: what is full, over, cancelled; which mails leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.registration.signup.availability import SessionPlace, SessionStanding
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


def _cancelled_cycle() -> Announcement:
    return Announcement(
        _("This cycle is cancelled"),
        _("Its sessions to come do not take place. Whoever had a place has been told."),
        "bad",
    )


def _cancelled(programme: Programme) -> Announcement | None:
    cancelled = [place for place in programme.places if place.standing is SessionStanding.CANCELLED]
    if not cancelled:
        return None
    title = ngettext(
        "The session of %(days)s is cancelled",
        "The sessions of %(days)s are cancelled",
        len(cancelled),
        days=_days(cancelled),
    )
    return Announcement(title, _("Whoever had a seat has been told. The other dates stand."), "bad")


def _full(programme: Programme) -> Announcement | None:
    full = programme.full
    if not full:
        return None
    title = ngettext(
        "The session of %(days)s is full",
        "The sessions of %(days)s are full",
        len(full),
        days=_days(full),
    )
    text = ngettext(
        "You can join its waiting list: as soon as a place is free, it goes to the first person on the list, "
        "who receives the invitation.",
        "You can join their waiting lists: as soon as a place is free, it goes to the first person on the list, "
        "who receives the invitation.",
        len(full),
    )
    return Announcement(title, f"{text} {_waiting(full)}".strip(), "warn")


def _waiting(full: Sequence[SessionPlace]) -> str:
    waiting = sum(place.waiting for place in full)
    if not waiting:
        return ""
    return ngettext(
        "%(number)s person is waiting.",
        "%(number)s people are waiting.",
        waiting,
        number=number_words(waiting),
    )


def _closed(programme: Programme) -> Announcement | None:
    if programme.open or not programme.places:
        return None
    if any(place.standing is SessionStanding.LATER for place in programme.places):
        return Announcement(
            _("Registrations are not open yet"), _("The programme says when they open for each session."), ""
        )
    return Announcement(
        _("Registrations are closed"),
        _("If you are registered, the last message you had from us holds your personal link."),
        "",
    )


def _days(places: Sequence[SessionPlace]) -> str:
    starts = [place.session.local_start for place in places if place.session.is_dated]
    year = bool(places) and says_year(starts, today=places[0].now.astimezone(places[0].session.zone))
    days = list(dict.fromkeys(date_words(start, weekday=False, year=year) for start in starts))
    if len(days) < 2:
        return "".join(days)
    return _("%(first)s and %(last)s", first=", ".join(days[:-1]), last=days[-1])


def invitations_leave(number: int) -> str:
    """Which mails a sign-up causes, and what to do with them."""
    return ngettext(
        "We send an invitation to the address you gave. Accept it: the date enters your calendar.",
        "We send %(number)s invitations to the address you gave. Accept them: the dates enter your calendar.",
        number,
        number=spelled(number),
    )
