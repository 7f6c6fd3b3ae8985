"""What the mails of this package say, in the language in force; text and HTML say the same."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Session
from webinars.cycles.states import Format
from webinars.registration import session_words
from webinars.registration.invites.changes import Change, InvitationOccasion
from webinars.registration.invites.news import News
from webinars.registration.models import Canceller, Registration, RegistrationState
from webinars.words.dates import date_words


def confirmation_title(details: dict[str, Any]) -> str:
    """The fact of a sign-up."""
    return (
        _("Your registrations are up to date") if details["was_known"] else _("Your registration is recorded")
    )


def opening(first_name: str, details: dict[str, Any], coming: int, held_back: str) -> str:
    """Greeting, what was registered, and which mails come."""
    if details["was_known"]:
        fact = _(
            "Hello %(name)s, this address was already registered for this cycle. Its sessions are below; "
            "nothing you had told us was changed.",
            name=first_name,
        )
    elif details["whole_cycle"]:
        fact = _("Hello %(name)s, you are following the whole cycle.", name=first_name)
    else:
        fact = _("Hello %(name)s, here are your sessions.", name=first_name)
    return " ".join(part for part in (fact, _which_mails(coming), held_back) if part)


def _which_mails(coming: int) -> str:
    if not coming:
        return ""
    return ngettext(
        "One invitation arrives separately: accept it, and the date enters your calendar.",
        "%(num)s invitations arrive separately: accept them, and the dates enter your calendar.",
        coming,
    )


def held_back(leaving_at: Sequence[datetime], zone: ZoneInfo) -> str:
    """Which invitations leave later, at these instants, and how to have them now; nothing when there are none."""
    if not leaving_at:
        return ""
    return ngettext(
        "One more invitation leaves on %(day)s in the morning, because many messages went to this address in one day; "
        "your page sends it at once.",
        "%(num)s more invitations leave from %(day)s in the morning on, because many messages went to this address in one day; "
        "your page sends them at once.",
        len(leaving_at),
        day=date_words(min(leaving_at).astimezone(zone)),
    )


def backlog_opening(first_name: str, invited: int, held_back: str) -> str:
    """Greeting, why this mail comes now, and which others do."""
    fact = _(
        "Hello %(name)s, many messages were to go to this address in one day, so we kept the last ones until the next. "
        "Here is what is registered.",
        name=first_name,
    )
    return " ".join(part for part in (fact, _which_mails(invited), held_back) if part)


def state(registration: Registration, fresh: Collection[int], *, at: datetime) -> str:
    """What holds for one session at this moment."""
    if registration.session.is_cancelled:
        return _("Cancelled")
    if registration.session.has_started(at):
        return _("Started or past")
    if registration.state is not RegistrationState.CONFIRMED:
        return _("Waiting list: we write to you as soon as a seat is free")
    if registration.session_id in fresh:
        return _("Seat confirmed")
    return _("Seat confirmed already")


def waiting_title(session: Session) -> str:
    """The fact of a wait nobody asked for."""
    return _("“%(title)s” is full: you are on the waiting list", title=session.title)


def waiting_opening(first_name: str) -> str:
    """Greeting, why one waits, and what comes."""
    return _(
        "Hello %(name)s, you are following the whole cycle, and one more session is announced. Its seats are taken: "
        "we write to you as soon as one is free.",
        name=first_name,
    )


def invitation_title(session: Session, occasion: InvitationOccasion) -> str:
    """The fact of an invitation."""
    if occasion is InvitationOccasion.RESTORED:
        return _("“%(title)s” takes place after all", title=session.title)
    if occasion is InvitationOccasion.SEAT_FREED:
        return _("A seat is free, and it is yours: “%(title)s”", title=session.title)
    return _("You are invited: “%(title)s”", title=session.title)


def restored_title(session: Session, occasion: InvitationOccasion) -> str:
    """The fact of an invitation to what a calendar was told to take out."""
    if occasion is InvitationOccasion.SIGNED_UP:
        return _("You have a seat again: “%(title)s”", title=session.title)
    return invitation_title(session, occasion)


def restored_kind(occasion: InvitationOccasion) -> str:
    """The same in a word, for a subject."""
    if occasion is InvitationOccasion.RESTORED:
        return _("Takes place after all")
    if occasion is InvitationOccasion.SEAT_FREED:
        return _("A seat for you")
    return _("Registered again")


def news_kind(news: News, *, waits: bool) -> str:
    """What happened, in a few words, for a subject."""
    if not waits:
        return _("Cancelled")
    return {
        News.MOVED: _("Waiting list, session changed"),
        News.CANCELLED: _("Waiting list, session cancelled"),
        News.RESTORED: _("Waiting list, session takes place"),
    }[news]


def news_title(session: Session, news: News, change: Change) -> str:
    """The fact of a piece of news."""
    if news is News.MOVED:
        return update_title(session, change)
    if news is News.CANCELLED:
        return cancellation_title(session, "session")
    return invitation_title(session, InvitationOccasion.RESTORED)


def news_follows(news: News, *, waits: bool) -> str:
    """What it means for somebody whose calendar does not have the session."""
    if news is News.MOVED:
        return _("You are still on the waiting list: we write to you as soon as a seat is free.")
    if news is News.RESTORED:
        return _(
            "It was cancelled and takes place all the same. You are still on the waiting list: "
            "we write to you as soon as a seat is free."
        )
    if waits:
        return _(
            "The session will not take place: you need not wait for a seat any more, and have nothing to do."
        )
    return _("The session will not take place, so no invitation comes for it; you have nothing to do.")


def update_title(session: Session, change: Change) -> str:
    """The fact of an update."""
    if change.is_move and change.changes_day(session):
        return _("“%(title)s” changes date", title=session.title)
    if change.is_move:
        return _("“%(title)s” changes hours", title=session.title)
    if change.is_major:
        return _("“%(title)s” changes place", title=session.title)
    return _("“%(title)s”: what changes", title=session.title)


def former(session: Session, change: Change) -> str:
    """What it was called and where it was, when that changed; and that its texts are new."""
    parts = [
        _("Former title: “%(title)s”.", title=change.title) if change.title else "",
        _("Former place: %(place)s.", place=_former_place(session, change)) if change.is_elsewhere else "",
        _("The presentation is new: it stands in your calendar and on the page of the cycle.")
        if change.texts
        else "",
    ]
    return " ".join(part for part in parts if part)


def _former_place(session: Session, change: Change) -> str:
    return session_words.where(
        Session(
            format=Format(change.format) if change.format is not None else session.format,
            place=change.place if change.place is not None else session.place,
        )
    )


def kept(change: Change) -> str:
    """What becomes of the seat and of the entry in the calendar."""
    if change.is_major:
        return _("Your seat is kept. Your calendar asks you to answer again; the access link stays the same.")
    return _("Your seat is kept. Your calendar follows by itself.")


def cancellation_title(session: Session, reason: str) -> str:
    """The fact of a cancellation."""
    if reason == "session":
        return _("“%(title)s” is cancelled", title=session.title)
    if reason == Canceller.ATTENDEE:
        return _("Your seat is given back: “%(title)s”", title=session.title)
    return _("You are no longer registered: “%(title)s”", title=session.title)


def what_follows(reason: str) -> str:
    """What a cancellation means for its recipient."""
    if reason == "session":
        return _("The session will not take place. Your calendar takes it out; you have nothing to do.")
    if reason == Canceller.ATTENDEE:
        return _("Your calendar takes the session out. You can come back as long as seats are left.")
    return _("The team has withdrawn your registration for this session. Your calendar takes it out.")


def freed_title(session: Session) -> str:
    """The fact of a place that a refusal gave back."""
    return _("Your seat is given back: “%(title)s”", title=session.title)


def freed_follows(session: Session) -> str:
    """Why, and what one can still do."""
    if session.capacity is None:
        return _(
            "Your calendar declined the invitation, so your seat is given back. "
            "If that was not meant, take the session again: it stays possible as long as one can sign up."
        )
    return _(
        "Your calendar declined the invitation, so the seat goes to whoever waits. "
        "If that was not meant, take the session again: it stays possible as long as seats are left."
    )
