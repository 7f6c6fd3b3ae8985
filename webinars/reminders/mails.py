"""What a reminder says, written from its row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask_babel import force_locale

from webinars.cycles.models import Contributor, Session
from webinars.cycles.queries import contributors_of
from webinars.cycles.states import ContributorKind
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration import links, session_words
from webinars.registration.letters import letterhead
from webinars.registration.models import Registration
from webinars.registration.own_page.room import OPENS_BEFORE
from webinars.registration.queries import registration_for_mail
from webinars.registration.seats import Seats, seats_and_waiting
from webinars.reminders import queries
from webinars.reminders.lead_time import DAY, due_at
from webinars.reminders.models import ReminderRound
from webinars.reminders.words import delay_words, usual_words
from webinars.words.dates import date_words, hour_range, hour_words, says_year, zone_words
from webinars.words.markdown import text_with_addresses

# a delay in hours is still right so long after the reminder fell due
STILL_RIGHT = timedelta(minutes=5)


def write_reminder(email: Email, batch: Batch) -> EmailMessage:
    """The reminder of one session to one person who has a seat in it.

    Raises ReasonGone when the seat was given back, the session moved, was cancelled or has begun.
    """
    registration, now = registration_for_mail(email.about_id), batch.now
    if registration is None or not queries.is_true_of(registration, email, now=now):
        raise ReasonGone
    starts_at = datetime.fromisoformat(email.details["starts_at"])
    round_ = queries.round_of(registration.session_id, email.details["minutes"], starts_at)
    if round_ is None:
        raise ReasonGone
    session = registration.session
    speakers = contributors_of([session])[session.id]
    seats = batch.once((Seats, session.id), lambda: seats_and_waiting([session])[session.id])
    with force_locale(email.language):
        return compose(email, registration, round_, speakers, passes_on=seats.pass_on, now=now)


def compose(
    email: Email,
    registration: Registration,
    round_: ReminderRound,
    contributors: Sequence[Contributor],
    *,
    passes_on: bool,
    now: datetime,
) -> EmailMessage:
    """The reminder as it reads at this moment, in the language in force."""
    session, registrant = registration.session, registration.registrant
    joins = round_.is_last and session_words.is_online(session)
    facts = _facts(session, round_, now=now) | {
        "session": session,
        "speakers": _names(contributors),
        "join_link": links.join_link(registrant, session) if joins else "",
        "withdraw_link": links.withdraw_link(registrant, session),
        "passes_on": passes_on,
    }
    return letterhead.letter(email, registrant, kind="reminder", can_be_silenced=True, **facts)


def _facts(session: Session, round_: ReminderRound, *, now: datetime) -> dict[str, Any]:
    text = round_.text or usual_words(round_.minutes, is_last=round_.is_last)
    return _when(session, round_.minutes, now=now) | {
        "day": session_words.day(session),
        "hours": hour_range(session.local_start, session.local_end),
        "zone": zone_words(session.timezone),
        "where": session_words.where(session),
        "text": text,
        "plain_text": text_with_addresses(text),
        "opens_before": int(OPENS_BEFORE.total_seconds() // 60),
    }


def _when(session: Session, minutes: int, *, now: datetime) -> dict[str, Any]:
    """When the session is for whoever reads it now: on its own clock, whatever the delay was called.

    A delay of less than a day is said as it is, unless the reminder comes too late for it.
    """
    start, today = session.local_start, now.astimezone(session.zone)
    is_right = minutes < DAY and now - due_at(start, session.zone, minutes) <= STILL_RIGHT
    return {
        "delay": delay_words(minutes) if is_right else "",
        "days": (start.date() - today.date()).days,
        "hour": hour_words(start),
        "short_day": date_words(start, year=says_year([start], today=today)),
    }


def _names(contributors: Sequence[Contributor]) -> list[str]:
    """Who speaks, each with the organisation; the team is not named."""
    return [
        ", ".join(part for part in (one.name, one.organisation) if part)
        for one in contributors
        if one.kind is ContributorKind.SPEAKER and one.name
    ]
