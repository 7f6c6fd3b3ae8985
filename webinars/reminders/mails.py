"""What a reminder says, written from its row."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from webinars import clock
from webinars.cycles.models import Contributor, Session
from webinars.cycles.queries import contributors_of
from webinars.cycles.states import ContributorKind
from webinars.outbox.composition.batch import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration import links, session_words
from webinars.registration.letters import letterhead
from webinars.registration.models import Registration
from webinars.registration.own_page.room import OPENS_BEFORE
from webinars.registration.queries import registration_for_mail
from webinars.reminders import queries
from webinars.reminders.models import ReminderRound
from webinars.reminders.words import usual_words, when_words
from webinars.words.dates import hour_range, zone_words
from webinars.words.markdown import text_with_addresses


def write_reminder(email: Email, _batch: Batch) -> EmailMessage:
    """The reminder of one session to one person who has a seat in it.

    Raises ReasonGone when the seat was given back, the session moved, was cancelled or has begun.
    """
    registration = registration_for_mail(email.about_id)
    now = clock.now()
    if registration is None or not queries.is_true_of(registration, email, now=now):
        raise ReasonGone
    starts_at = datetime.fromisoformat(email.details["starts_at"])
    round_ = queries.round_of(registration.session_id, email.details["minutes"], starts_at)
    if round_ is None:
        raise ReasonGone
    speakers = contributors_of([registration.session])[registration.session_id]
    with force_locale(email.language):
        return compose(email, registration, round_, speakers, now=now)


def compose(
    email: Email,
    registration: Registration,
    round_: ReminderRound,
    contributors: Sequence[Contributor],
    *,
    now: datetime,
) -> EmailMessage:
    """The reminder as it reads at this moment, in the language in force."""
    session, registrant = registration.session, registration.registrant
    joins = round_.is_last and session_words.is_online(session)
    facts = _words(session, round_, now=now) | {
        "session": session,
        "speakers": _names(contributors),
        "join_link": links.join_link(registrant, session) if joins else "",
        "withdraw_link": links.withdraw_link(registrant, session),
        "is_limited": session.capacity is not None,
    }
    return letterhead.letter(email, registrant, kind="reminder", can_be_silenced=True, **facts)


def _words(session: Session, round_: ReminderRound, *, now: datetime) -> dict[str, Any]:
    text = round_.text or usual_words(round_.minutes, is_last=round_.is_last)
    when = when_words(session, round_.minutes, now=now)
    return {
        "title": _("%(when)s: %(title)s", when=when, title=session.title),
        "day": session_words.day(session),
        "hours": hour_range(session.local_start, session.local_end),
        "zone": zone_words(session.timezone),
        "where": session_words.where(session),
        "text": text,
        "plain_text": text_with_addresses(text),
        "opens_before": int(OPENS_BEFORE.total_seconds() // 60),
    }


def _names(contributors: Sequence[Contributor]) -> list[str]:
    """Who speaks, each with the organisation; the team is not named."""
    return [
        ", ".join(part for part in (one.name, one.organisation) if part)
        for one in contributors
        if one.kind is ContributorKind.SPEAKER and one.name
    ]
