"""What we write to those who registered, and whether it still has to do with how things stand.

Each `write_…` writes one kind of mail from its row; its reason is asked by whoever sends it again, too.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from flask_babel import force_locale

from webinars.cycles.models import Session
from webinars.cycles.states import CycleState
from webinars.invitations.calendar import cancel_calendar, request_calendar
from webinars.invitations.links import AddLinks
from webinars.invitations.models import Invitation
from webinars.outbox.composition.message import Batch, MailHeading, calendar_message
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration import links as registration_links
from webinars.registration import queries, session_words
from webinars.registration.feeds import calendars
from webinars.registration.invites import calendar_entries
from webinars.registration.invites.calendar_objects import ENDINGS, INVITATION, RESTORED
from webinars.registration.invites.changes import AnnouncedFacts, Change, InvitationOccasion
from webinars.registration.invites.news import News
from webinars.registration.letters import change_words, letterhead
from webinars.registration.letters.summaries import session_row
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.seats import Seats, seats_and_waiting
from webinars.web.links import outward
from webinars.words.accent import accent
from webinars.words.dates import hour_range, short_moment, zone_words
from webinars.words.mail_addresses import Mailbox
from webinars.words.mail_environment import render_mail
from webinars.words.text import quoted


class ReturnOption(StrEnum):
    """How somebody who gave a seat back comes back, as `coming_back` of templates/mail/words.txt says it."""

    CLOSED = "closed"
    WAITING_LIST = "waiting list"
    SEATS = "seats"
    NO_LIMIT = "no limit"


INVITING = (INVITATION, RESTORED)
ABOUT_CALENDAR = (*INVITING, "invitation_update", *ENDINGS)


def write_waiting(email: Email, _batch: Batch) -> EmailMessage:
    """A session joined the cycle somebody follows, and its seats are taken: they wait for one."""
    registrant = queries.registrant_for_mail(email.about_id)
    waits = next((one for one in queries.live_registrations(email.about_id) if waits_as(one, email)), None)
    if registrant is None or waits is None:
        raise ReasonGone
    at = letterhead.moment(email)
    with force_locale(email.language):
        start = short_moment(waits.session.local_start, now=at)
        return letterhead.letter(email, registrant, row=session_row(waits, (), at=at), start=start)


def write_page_link(email: Email, _batch: Batch) -> EmailMessage:
    """The link to their own page, to somebody who asked for it."""
    registrant = queries.registrant_for_mail(email.about_id)
    if registrant is None or registrant.cycle.is_being_deleted:
        raise ReasonGone
    with force_locale(email.language):
        return letterhead.letter(email, registrant)


def waits_as(registration: Registration, email: Email) -> bool:
    """Whether this is the wait the mail tells of."""
    is_told = registration.session_id == email.details["session_id"]
    return is_told and registration.state is RegistrationState.WAITLISTED and registration.session.is_dated


def write_invitation(email: Email, batch: Batch) -> EmailMessage:
    """The invitation to one session, for its calendar."""
    registration, invitation, session = _invited(email, batch)
    with force_locale(email.language):
        return _invitation(email, batch, registration, session, invitation)


def write_restored(email: Email, batch: Batch) -> EmailMessage:
    """The invitation to what a calendar was told to take out: the session takes place, or its owner is back."""
    registration, invitation, session = _invited(email, batch)
    change = Change.from_details(email.details)
    told = change if _occasion_of(email) is not InvitationOccasion.SEAT_FREED else Change()
    with force_locale(email.language):
        news = change_words.for_calendar(session, change)
        was = change_words.what_was(session, told)
        return _invitation(email, batch, registration, session, invitation, news=news, **was)


def _invitation(
    email: Email,
    batch: Batch,
    registration: Registration,
    session: Session,
    invitation: Invitation,
    **facts: Any,
) -> EmailMessage:
    """An invitation with the ways to add the date by hand, and the occasion it says."""
    adding, occasion = _adding(registration.registrant, session), _occasion_of(email)
    return _with_calendar(
        email, batch, registration, session, invitation, more=adding, occasion=occasion, **facts
    )


def _occasion_of(email: Email) -> InvitationOccasion:
    return InvitationOccasion(email.details.get("occasion", InvitationOccasion.SIGNED_UP))


def write_news(email: Email, _batch: Batch) -> EmailMessage:
    """What happened to a session, to somebody whose calendar does not have it."""
    registration = queries.registration_for_mail(email.about_id)
    if registration is None or not is_news_to(registration, email):
        raise ReasonGone
    with force_locale(email.language):
        return letterhead.letter(email, registration.registrant, **_news_facts(email, registration.session))


def is_news_to(registration: Registration, email: Email) -> bool:
    """Whether what happened to the session still holds, and the person waits or has a seat as when it was written."""
    is_so = registration.session.is_cancelled == (email.details["news"] == News.CANCELLED)
    still_waits = registration.state is RegistrationState.WAITLISTED
    return registration.is_live and is_so and still_waits == email.details["waits"]


def _news_facts(email: Email, session: Session) -> dict[str, Any]:
    news = News(email.details["news"])
    before = AnnouncedFacts.from_text(email.details["before"])
    # who is told of a cancellation knows the session as it was before
    shown = AnnouncedFacts.from_text(email.details["before" if news is News.CANCELLED else "said"]).about(
        session
    )
    change = before.change_to(shown) or Change()
    if not shown.is_dated:
        raise ReasonGone
    return {
        "session": shown,
        "start": short_moment(shown.local_start, now=letterhead.moment(email)),
        "news": news,
        "waits": email.details["waits"],
        "word": email.details["word"],
        "day": session_words.day(shown),
        "hours": hour_range(shown.local_start, shown.local_end),
        "zone": f"{zone_words(shown.timezone)}, {session_words.where(shown)}",
        "about": session_words.about(shown),
        **change_words.what_was(shown, change),
    }


def write_update(email: Email, batch: Batch) -> EmailMessage:
    """What changed about a session, with the calendar that follows."""
    registration, invitation, session = _invited(email, batch)
    change = Change.from_details(email.details)
    with force_locale(email.language):
        return _with_calendar(
            email,
            batch,
            registration,
            session,
            invitation,
            news=change_words.for_calendar(session, change),
            word=change.word,
            **change_words.what_was(session, change),
        )


def write_cancellation(email: Email, batch: Batch) -> EmailMessage:
    """The end of one entry: the session is cancelled, or the place was given back."""
    registration, invitation, session = _invited(email, batch)
    word = email.details.get("word", "")
    with force_locale(email.language):
        return _with_calendar(
            email,
            batch,
            registration,
            session,
            invitation,
            is_over=True,
            news=word,
            reason=email.details["reason"],
            word=word,
        )


def write_place_freed(email: Email, batch: Batch) -> EmailMessage:
    """The end of an entry that a calendar declined, and the way to take the place again."""
    registration, invitation, session = _invited(email, batch)
    with force_locale(email.language):
        return _with_calendar(email, batch, registration, session, invitation, is_over=True)


def _invited(email: Email, batch: Batch) -> tuple[Registration, Invitation, Session]:
    """The place, its calendar object, and the session as this calendar is told of it."""
    found = _places(batch)
    if email.id not in found:
        raise ReasonGone
    registration, invitation = found[email.id]
    if not is_true_of(email.kind, registration, invitation):
        raise ReasonGone
    said: str = email.details["said"]
    session = batch.once(
        (AnnouncedFacts, registration.session_id, said),
        lambda: AnnouncedFacts.from_text(said).about(registration.session),
    )
    if not session.is_dated:
        raise ReasonGone
    return registration, invitation, session


def is_true_of(kind: str, registration: Registration, invitation: Invitation) -> bool:
    """Whether a calendar may still be told so: invited to a seat that is held, told the end of what has ended."""
    has_ended = invitation.cancelled_at is not None
    if kind in ENDINGS:
        return has_ended  # one that was refused by a server may stand again by now
    return not has_ended and (kind not in INVITING or registration.state is RegistrationState.CONFIRMED)


def _places(batch: Batch) -> dict[int, tuple[Registration, Invitation]]:
    return batch.once(_places, lambda: queries.invitations_for_mails(one.id for one in batch.emails))


def _seats(batch: Batch, session: Session) -> Seats:
    """The seats of the session, asked only where there is a limit."""
    limited = {
        place.session for place, _object in _places(batch).values() if place.session.capacity is not None
    }
    return batch.once(_seats, lambda: seats_and_waiting(limited)).get(session.id, Seats(None, 0))


def _way_back(session: Session, seats: Seats, *, now: datetime) -> ReturnOption:
    if session.cycle.state is not CycleState.PUBLISHED or not session.takes_registrations(now):
        return ReturnOption.CLOSED
    if seats.left is None:
        return ReturnOption.NO_LIMIT
    return ReturnOption.WAITING_LIST if seats.is_full else ReturnOption.SEATS


def _with_calendar(
    email: Email,
    batch: Batch,
    registration: Registration,
    session: Session,
    invitation: Invitation,
    *,
    is_over: bool = False,
    news: str = "",  # for whoever reads the entry and not its mail
    more: Mapping[str, str] | None = None,  # personal values that this kind alone says
    **facts: Any,
) -> EmailMessage:
    registrant = registration.registrant
    letterhead.require_own_address(email, registrant)
    now = letterhead.moment(email)
    words = batch.once((session, email.language), lambda: _session_words(session, batch, now=now))
    personal = _personal(registrant, session) | dict(more or {})
    facts["contributes_as"] = registration.contributes_as
    subject, text, html = render_mail(email.kind, email.language, **words, **personal, **facts)
    heading = MailHeading(
        sender=Mailbox(session.cycle.organisation.sender, invitation.organizer),
        recipient=calendar_entries.attendee(invitation),
        subject=subject,
        message_id=email.message_id,
        sent_at=now,
        language=email.language,
        first_message_id=invitation.first_message_id if email.sequence else None,
        last_message_id=email.details.get("previous"),
    )
    join = "" if is_over else personal["join_link"]
    calendar = _calendar(
        email, batch, session, (registration, invitation), heading, join=join, news=news, is_over=is_over
    )
    return calendar_message(heading, text=text, html=html, calendar=calendar)


def _calendar(
    email: Email,
    batch: Batch,
    session: Session,
    place: tuple[Registration, Invitation],
    heading: MailHeading,
    *,
    join: str,
    news: str,
    is_over: bool,
) -> bytes:
    registration, invitation = place
    entry = calendar_entries.personal_entry(
        session,
        session.cycle,
        uid=invitation.uid,
        sequence=email.sequence or 0,
        at=heading.sent_at,
        join=join,
        news=news,
    )
    facts = batch.once(
        (calendar_entries.session_facts, session),
        lambda: calendar_entries.session_facts(session, session.cycle),
    )
    people = {"organizer": calendar_entries.organizer(invitation), "attendee": heading.recipient}
    role, partstat = calendar_entries.role(registration), invitation.partstat
    if is_over:
        prefix = calendar_entries.cancelled_prefix()
        return cancel_calendar(facts, entry, **people, cancelled_prefix=prefix, partstat=partstat, role=role)
    alarm = session.cycle.alarm_minutes
    return request_calendar(facts, entry, **people, partstat=partstat, role=role, alarm_minutes=alarm)


def _personal(registrant: Registrant, session: Session) -> dict[str, str]:
    """What the templates of mails with a calendar may say of one person: nothing else differs from one to the next."""
    me_link = registration_links.me_link(registrant)
    return {
        "first_name": quoted(registrant.first_name),
        "me_link": me_link,
        "again_link": f"{me_link}#others",
        "join_link": registration_links.join_link(registrant, session)
        if session_words.is_online(session)
        else "",
        "withdraw_link": registration_links.withdraw_link(registrant, session),
    }


def _adding(registrant: Registrant, session: Session) -> dict[str, str]:
    """How the session gets into a calendar by hand, with its owner's own way in and no more: the address is short."""
    facts, entry = calendars.held_by(registrant, session, None)
    links = AddLinks(facts, replace(entry, description=entry.conference_url))
    return {
        "google_link": links.google,
        "outlook_link": links.outlook,
        "file_link": outward(
            "personal_feeds.held", token=registration_links.me_token(registrant), session_id=session.public_id
        ),
    }


def _session_words(session: Session, batch: Batch, *, now: datetime) -> dict[str, Any]:
    organisation, seats = session.cycle.organisation, _seats(batch, session)
    return {
        "organisation": organisation,
        "accent": accent(organisation.hue),
        "session": session,
        "passes_on": seats.pass_on,
        "way_back": _way_back(session, seats, now=now),
        "cycle": session.cycle,
        "day": session_words.day(session),
        "start": session_words.start(session, now=now),
        "help_link": registration_links.calendar_help_link(),
        "short_start": short_moment(session.local_start, now=now),
        "about": session_words.about(session),
        "hours": hour_range(session.local_start, session.local_end),
        "zone": f"{zone_words(session.timezone)}, {session_words.where(session)}",
    }
