"""The paper of every mail to a registrant: whose it is, its colours, its links, how one silences it."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from webinars.cycles.models import Cycle
from webinars.outbox.composition.message import MailHeading, plain_message
from webinars.outbox.errors import ReasonGone
from webinars.outbox.identity import mail_from
from webinars.outbox.models import Email
from webinars.registration import links
from webinars.registration.models import Registrant
from webinars.words.accent import accent
from webinars.words.mail_addresses import Mailbox
from webinars.words.mail_environment import render_mail
from webinars.words.text import quoted


def letter(
    email: Email,
    registrant: Registrant,
    *,
    kind: str | None = None,
    can_be_silenced: bool = False,
    **facts: Any,
) -> EmailMessage:
    """A mail without a calendar, in the language in force, written with the templates of its kind.

    Announcements, reminders and surveys can be silenced: they carry the way to do so in header and footer.
    Raises ReasonGone when they have been, and where it would show somebody's links to who has their address no more.
    """
    if can_be_silenced and registrant.muted_at is not None:
        raise ReasonGone
    if "me_link" not in facts:
        require_own_address(email, registrant)
    organisation = registrant.cycle.organisation
    unsubscribe = links.unsubscribe_link(registrant) if can_be_silenced else None
    written = texts(
        kind or email.kind,
        registrant,
        registrant.cycle,
        language=email.language,
        unsubscribe_link=unsubscribe,
        **{"me_link": links.me_link(registrant), **facts},
    )
    heading = MailHeading(
        sender=Mailbox(organisation.sender, mail_from()),
        recipient=Mailbox(quoted(registrant.name), email.recipient),
        subject=written["subject"],
        message_id=email.message_id,
        sent_at=moment(email),
        language=email.language,
        unsubscribe_url=unsubscribe,
    )
    return plain_message(heading, text=written["text"], html=written["html"])


def require_own_address(email: Email, registrant: Registrant) -> None:
    """Raises ReasonGone when the mail would leave to another address than theirs: it was corrected meanwhile."""
    if email.recipient_key != registrant.email_key:
        raise ReasonGone


def texts(kind: str, registrant: Registrant, cycle: Cycle, *, language: str, **facts: Any) -> dict[str, str]:
    """Subject, text and HTML of a kind of mail."""
    context = {
        "organisation": cycle.organisation,
        "accent": accent(cycle.organisation.hue),
        "cycle": cycle,
        "registrant": registrant,
        "first_name": quoted(registrant.first_name),
        "cycle_link": links.cycle_link(cycle),
        **facts,
    }
    subject, text, html = render_mail(kind, language, **context)
    return {"subject": subject, "text": text, "html": html}


def moment(email: Email) -> datetime:
    """When the message says it was written: the row's own time, so that writing it again gives the same message."""
    return max(email.created_at, email.not_before)


def note_to_contact(email: Email, cycle: Cycle, **facts: Any) -> EmailMessage:
    """A mail to the contact of a cycle that came with its organisation."""
    organisation = cycle.organisation
    context = {"organisation": organisation, "accent": accent(organisation.hue), "cycle": cycle, **facts}
    subject, text, html = render_mail(email.kind, email.language, **context)
    heading = MailHeading(
        sender=Mailbox(organisation.sender, mail_from()),
        recipient=Mailbox(cycle.contact_name if email.recipient == cycle.contact else "", email.recipient),
        subject=subject,
        message_id=email.message_id,
        sent_at=moment(email),
        language=email.language,
    )
    return plain_message(heading, text=text, html=html)
