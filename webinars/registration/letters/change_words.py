"""A change of a session in words: what mails say it was, what calendars say is new."""

from typing import Any

from flask_babel import gettext as _

from webinars.cycles.models import Session
from webinars.cycles.states import Format
from webinars.registration import session_words
from webinars.registration.invites.changes import Change


def what_was(session: Session, change: Change) -> dict[str, Any]:
    """A change, with the day, hours and place it had in words, where they changed and were known."""
    former = _former(session, change)
    was_somewhere = session_words.is_online(former) or former.place
    return {
        "change": change,
        "former_date": _former_date(session, change),
        "former_place": session_words.where(former) if change.is_elsewhere and was_somewhere else "",
    }


def for_calendar(session: Session, change: Change) -> str:
    """The organiser's word, then on a line each what the session was and is."""
    lines = [change.word]
    if change.is_move:
        former = ", ".join(_former_date(session, change))
        present = f"{session_words.day(session)}, {session_words.hours(session)}"
        lines.append(_("Date: %(former)s → %(present)s", former=former, present=present))
    if change.is_elsewhere:
        former, present = session_words.where(_former(session, change)), session_words.where(session)
        lines.append(_("Venue: %(former)s → %(present)s", former=former, present=present))
    if change.title is not None:
        lines.append(_("Title: %(former)s → %(present)s", former=change.title, present=session.title))
    return "\n".join(line for line in lines if line)


def _former(session: Session, change: Change) -> Session:
    """Where it took place and how one attended, for words only: it is never kept."""
    return Session(
        format=Format(change.format) if change.format is not None else session.format,
        place=change.place if change.place is not None else session.place,
    )


def _former_date(session: Session, change: Change) -> tuple[str, str]:
    if not change.is_move:
        return "", ""
    former = Session(
        starts_at=change.starts_at or session.starts_at,
        ends_at=change.ends_at or session.ends_at,
        timezone=change.timezone or session.timezone,
    )
    return session_words.day(former), session_words.former_hours(former, session)
