"""What sessions say to calendars that people subscribe to or download: nobody is invited, nobody is named."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import gettext as _

from webinars.cycles import words
from webinars.cycles.models import Cycle, Session
from webinars.invitations.calendar import CalendarEntry, CalendarStatus, SessionFacts
from webinars.invitations.feed import download_calendar, feed_calendar
from webinars.invitations.models import Invitation
from webinars.registration import links, session_words
from webinars.registration.feeds.queries import FeedVersion
from webinars.registration.invites import calendar_entries
from webinars.registration.models import Registrant, Registration
from webinars.web.links import public_domain
from webinars.words.accent import accent
from webinars.words.markdown import plain_markdown

STAYS = timedelta(days=30)  # a cancelled session, after its date
Published = tuple[SessionFacts, CalendarEntry]
Dated = Session | FeedVersion


def is_shown(session: Dated, *, now: datetime) -> bool:
    """Whether feeds hold the session: it has a date, and was not cancelled too long ago."""
    if session.starts_at is None or session.ends_at is None:
        return False
    leaves_at = left_at(session)
    return leaves_at is None or now < leaves_at


def left_at(session: Dated) -> datetime | None:
    """When a session leaves the feeds; None for those that stay."""
    return session.ends_at + STAYS if session.is_cancelled and session.ends_at else None


def cycle_feed(cycle: Cycle, sessions: list[Session]) -> bytes:
    """The calendar of a cycle, in the language in force; says nothing of anybody who registered."""
    return _feed(cycle, [open_to_all(session, cycle) for session in sessions], name=cycle.title)


def personal_feed(registrant: Registrant, held: list[Registration]) -> bytes:
    """The calendar of what somebody holds, with their own ways in, in the language in force."""
    cycle = registrant.cycle
    name = _("My sessions – %(cycle)s", cycle=cycle.title)
    shown = [held_by(registrant, one.session, one.invitation) for one in held]
    return _feed(cycle, shown, name=name)


def download(entry: Published) -> bytes:
    """The file of one session, in the language in force."""
    return download_calendar(*entry, cancelled_prefix=calendar_entries.cancelled_prefix())


def open_to_all(session: Session, cycle: Cycle) -> Published:
    """A session as everybody may read it, under its own UID."""
    parts = [
        _("Programme and registration: %(link)s", link=links.session_link(session, cycle)),
        plain_markdown(session.abstract)[: calendar_entries.ABSTRACT],
        _("Contact: %(contact)s", contact=cycle.contact_address),
    ]
    entry = CalendarEntry(
        uid=own_uid(session),
        sequence=session.revision - 1,
        stamped_at=session.changed_at,
        description="\n\n".join(part for part in parts if part),
        location=words.way(session),
    )
    return _facts(session, cycle), entry


def held_by(registrant: Registrant, session: Session, invitation: Invitation | None) -> Published:
    """A session as somebody holds it: the UID of their invitation, if there was one, and their own way in."""
    is_joined = session_words.is_online(session) and not session.is_cancelled
    cycle = session.cycle  # many mails share one session; what belongs to each person is not read for it
    entry = calendar_entries.personal_entry(
        session,
        cycle,
        uid=invitation.uid if invitation else own_uid(session),
        sequence=invitation.sequence if invitation else session.revision - 1,
        at=session.changed_at,
        join=links.join_link(registrant, session) if is_joined else "",
    )
    return _facts(session, cycle), entry


def own_uid(session: Session) -> str:
    """The session's own identity in calendars, which is no registration's."""
    return f"{session.public_id}@{public_domain()}"


def _facts(session: Session, cycle: Cycle) -> SessionFacts:
    status = CalendarStatus.CANCELLED if session.is_cancelled else CalendarStatus.CONFIRMED
    return replace(calendar_entries.session_facts(session, cycle), status=status)


def _feed(cycle: Cycle, shown: list[Published], *, name: str) -> bytes:
    return feed_calendar(
        shown,
        name=name,
        zone=cycle.timezone,
        color=accent(cycle.organisation.hue).light.accent,
        cancelled_prefix=calendar_entries.cancelled_prefix(),
    )
