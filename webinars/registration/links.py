"""Where mails and calendars lead: a person's own pages, and the public pages."""

from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant
from webinars.registration.queries import FEED, JOIN, ME, UNSUBSCRIBE
from webinars.web.links import outward, personal_token
from webinars.words.languages import language


def me_token(registrant: Registrant) -> str:
    """What opens the registrant's page; raising the version closes it."""
    return personal_token(ME, registrant.public_id, registrant.token_version)


def me_link(registrant: Registrant) -> str:
    """The registrant's page."""
    return outward("personal.me", token=me_token(registrant))


def withdraw_link(registrant: Registrant, session: Session) -> str:
    """The page that asks before a place is given back."""
    return outward("personal.withdraw", token=me_token(registrant), session_id=session.public_id)


def join_link(registrant: Registrant, session: Session) -> str:
    """The way into a session: stays the same when the video room changes."""
    token = personal_token(JOIN, registrant.public_id, registrant.token_version)
    return outward("joining.join", token=token, session_id=session.public_id)


def entry_token(registrant: Registrant, summary: str, at: int) -> str:
    """The way into what ran at that moment (seconds of 1970) and a late sign-up with this summary gave; into nothing else."""
    return personal_token(entry_kind(summary, at), registrant.public_id, registrant.token_version)


def entry_kind(summary: str, at: int) -> str:
    """The kind of personal link that opens what this summary gave at that moment."""
    return f"entry\n{at}\n{summary}"


def feed_link(registrant: Registrant) -> str:
    """The registrant's own calendar: its address opens nothing else, and says nobody's name."""
    return outward("personal_feeds.personal", token=feed_token(registrant), slug=registrant.cycle.slug)


def feed_token(registrant: Registrant) -> str:
    """What opens the registrant's calendar; raising the version closes it."""
    return personal_token(FEED, registrant.public_id, registrant.token_version)


def calendar_help_link() -> str:
    """What to do with invitations, program by program, in the language in force."""
    return outward("calendar_help.page", lang=language())


def unsubscribe_link(registrant: Registrant) -> str:
    """Where one silences reminders and announcements of the cycle, without signing in."""
    token = personal_token(UNSUBSCRIBE, registrant.public_id, registrant.token_version)
    return outward("unsubscribing.page", token=token)


def session_link(session: Session, cycle: Cycle) -> str:
    """The public page of a session, whose cycle came with its organisation."""
    return outward("cycles.session", org=cycle.organisation.slug, slug=cycle.slug, session_slug=session.slug)


def cycle_link(cycle: Cycle) -> str:
    """The public page of a cycle that came with its organisation."""
    return outward("registration.cycle", org=cycle.organisation.slug, slug=cycle.slug)
