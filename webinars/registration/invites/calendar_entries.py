"""What a registration says to calendars: gathered here, put on the wire by `invitations`."""

from datetime import datetime
from functools import lru_cache

from flask_babel import gettext as _

from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import ContributorKind, Format
from webinars.invitations.calendar import AttendeeRole, CalendarEntry, SessionFacts
from webinars.invitations.models import Invitation
from webinars.registration import links
from webinars.registration.models import Registration
from webinars.words.languages import language
from webinars.words.mail_addresses import Mailbox
from webinars.words.markdown import plain_markdown
from webinars.words.text import quoted

ABSTRACT = 1500


def session_facts(session: Session, cycle: Cycle) -> SessionFacts:
    """What is the same for everybody; raises ValueError while the session has no date."""
    if session.starts_at is None or session.ends_at is None:
        raise ValueError("a session without a date stands in no calendar")
    return SessionFacts(
        summary=f"{session.title} – {cycle.title}",  # a month shows ten signs of it
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.timezone,
        created_at=session.created_at,
        modified_at=session.changed_at,
        url=links.session_link(session, cycle),
    )


def personal_entry(
    session: Session, cycle: Cycle, *, uid: str, sequence: int, at: datetime, join: str, news: str = ""
) -> CalendarEntry:
    """One attendee's entry, with what is new and their own way in, in the language in force.

    The link to their page stays in their mails: calendars are shown to more eyes.
    """
    return CalendarEntry(
        uid=uid,
        sequence=sequence,
        stamped_at=at,
        description=_description(session, cycle, join, news),
        comment=news,
        location=join if session.format is Format.ONLINE or not session.place else session.place,
        conference_url=join,
    )


def cancelled_prefix() -> str:
    """What precedes the summary of a session that is held no more, or of a place that was given back."""
    return _("CANCELLED – ")


def organizer(invitation: Invitation) -> Mailbox:
    """In whose name this calendar object began, whatever the setting says today."""
    return Mailbox(invitation.organizer_name, invitation.organizer)


def role(registration: Registration) -> AttendeeRole:
    """What its owner does in the session: the team runs it."""
    return (
        AttendeeRole.CHAIR
        if registration.contributes_as is ContributorKind.TEAM
        else AttendeeRole.REQ_PARTICIPANT
    )


def attendee(invitation: Invitation) -> Mailbox:
    """The one person it is for."""
    return Mailbox(quoted(invitation.attendee_name), invitation.attendee)


def _description(session: Session, cycle: Cycle, join: str, news: str) -> str:
    to_join, for_all = _words(language(), session.abstract, session.place or "", cycle.contact_address)
    parts = [news, to_join % {"link": join} if join else "", for_all]
    return "\n\n".join(part for part in parts if part)


@lru_cache(maxsize=64)
def _words(
    _language: str,  # the one in force
    abstract: str,
    venue: str,
    contact: str,
) -> tuple[str, str]:
    """What precedes one's way in, and what a description says to everybody."""
    parts = [
        plain_markdown(abstract)[:ABSTRACT],
        _("Venue: %(place)s", place=venue) if venue else "",
        _("Contact: %(contact)s", contact=contact),
    ]
    for_all = "\n\n".join(part for part in parts if part)
    return _("Join: %(link)s"), for_all
