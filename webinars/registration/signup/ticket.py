"""What the first screen of a public page holds: one date with its place and state, and the way to sign up."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from webinars.cycles.excerpts import capitalised
from webinars.registration.session_words import about, day
from webinars.registration.signup.availability import PublicSession, SessionStanding
from webinars.words.nouns import ordinal

OVER = (SessionStanding.PAST, SessionStanding.CANCELLED)
NOW = (SessionStanding.RUNNING, SessionStanding.LATE)


@dataclass(frozen=True, slots=True)
class Ticket:
    """The date a page shows first, and what it is among the others."""

    public: PublicSession
    label: str

    @property
    def sentence(self) -> str:
        """The date with its clock, place and state, where it is still to come: what search engines and shared links say."""
        session = self.public.session
        if self.public.standing in OVER or not session.is_dated:
            return ""
        state = _("Free, on registration") if self.public.has_seats else self.public.words
        when = _("%(label)s: %(words)s", label=self.label, words=f"{day(session)}, {about(session)}")
        return f"{when}. {state}." if state else f"{when}."


def ticket_of(public_sessions: Iterable[PublicSession]) -> Ticket | None:
    """The next of these sessions, by date, in which one can have a seat; else one to wait for, to come, or held last."""
    found = list(public_sessions)
    ahead = [public for public in found if public.standing not in OVER]
    if ahead:
        shown = _first(ahead)
        return Ticket(shown, _("When and where") if len(found) == 1 else _label(shown, ahead))
    held = [public for public in found if public.standing is SessionStanding.PAST] or found
    return Ticket(held[-1], _("Last session") if len(found) > 1 else _("When and where")) if held else None


def ticket_in(public_sessions: Iterable[PublicSession], public: PublicSession) -> Ticket:
    """One session of a cycle, and which of those that take place it is."""
    held = [one for one in public_sessions if one.standing is not SessionStanding.CANCELLED]
    if public not in held or len(held) == 1:
        return Ticket(public, _("When and where"))
    return Ticket(public, capitalised(ordinal(public.session.cycle.noun, held.index(public) + 1, len(held))))


def ticket_of_agenda(coming: Iterable[PublicSession]) -> Ticket | None:
    """The next of these sessions of several cycles in which one can have a seat, else one to wait for, or to come."""
    dated = [public for public in coming if public.session.is_dated]
    ahead = sorted(dated, key=lambda public: public.session.local_start)
    return Ticket(shown := _first(ahead), _label(shown, ahead)) if ahead else None


def _first(ahead: list[PublicSession]) -> PublicSession:
    taking = [public for public in ahead if public.is_open]
    return next((public for public in taking if public.has_seats), (taking or ahead)[0])


def _label(shown: PublicSession, ahead: list[PublicSession]) -> str:
    if shown.standing in NOW:
        return _("Now")
    if shown is ahead[0]:
        return _("Next session")
    return _("Next session with seats") if shown.has_seats else _("Next session with a waiting list")
