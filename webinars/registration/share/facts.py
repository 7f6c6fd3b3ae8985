"""What the picture of a public page says: its next date, its title, what it is and who invites."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from webinars.accounts.models import Organisation
from webinars.cycles.excerpts import capitalised
from webinars.cycles.models import Cycle
from webinars.cycles.words import attended
from webinars.registration.share.poster import PosterDay, SharePicture
from webinars.registration.signup.availability import PublicSession, SessionStanding
from webinars.registration.signup.ticket import OVER, Ticket, ticket_of
from webinars.words.dates import day_name, day_number, hour_range, month_name
from webinars.words.nouns import capital, counted


def of_organisation(organisation: Organisation, ticket: Ticket | None) -> SharePicture:
    """An agenda, with its next date."""
    day = _day(ticket.public) if ticket else None
    return _picture(organisation, organisation.name, organisation.tagline or _("Agenda"), day)


def of_cycle(cycle: Cycle, public_sessions: Sequence[PublicSession]) -> SharePicture:
    """A cycle, with its next date, or the last one held."""
    if cycle.cancelled_at is not None:
        return _picture(cycle.organisation, cycle.title, _("Cycle cancelled"), None)
    held = sum(public.standing is not SessionStanding.CANCELLED for public in public_sessions)
    facts = [counted(cycle.noun, held) if held > 1 else capital(cycle.noun)]
    ticket = ticket_of(public_sessions)
    if ticket is None:
        return _picture(cycle.organisation, cycle.title, facts[0], None)
    if ticket.public.standing not in OVER:
        facts += _hours(ticket.public)
    return _picture(cycle.organisation, cycle.title, ", ".join(facts), _day(ticket.public))


def of_session(public: PublicSession) -> SharePicture:
    """One session."""
    session = public.session
    if session.is_cancelled:
        fact = _("Cancelled")
    else:
        fact = capitalised(" · ".join([*_hours(public), attended(session)]))
    return _picture(session.cycle.organisation, session.title, fact, _day(public))


def _picture(organisation: Organisation, title: str, fact: str, day: PosterDay | None) -> SharePicture:
    return SharePicture(title, fact, organisation.name, organisation.hue, day, organisation.logo)


def _hours(public: PublicSession) -> list[str]:
    session = public.session
    return [hour_range(session.local_start, session.local_end)] if session.is_dated else []


def _day(public: PublicSession) -> PosterDay | None:
    day: date | None = public.session.day
    if day is None:
        return None
    number = str(day.day)
    return PosterDay(
        day_name(day), number, day_number(day).removeprefix(number), month_name(day), str(day.year)
    )
