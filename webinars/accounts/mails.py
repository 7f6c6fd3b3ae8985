"""What we write to organisers about their accounts."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy.orm import joinedload

from webinars.accounts.credentials.tokens import draw_token
from webinars.accounts.models import Membership, Organisation, Organiser, Purpose
from webinars.accounts.queries import memberships_of
from webinars.outbox.composition.message import Batch, MailHeading, plain_message
from webinars.outbox.errors import ReasonGone
from webinars.outbox.identity import mail_from
from webinars.outbox.models import Email
from webinars.storage.extensions import db
from webinars.web.links import outward
from webinars.words.accent import DEFAULT_HUE, accent
from webinars.words.mail_addresses import Mailbox
from webinars.words.mail_environment import render_mail


def write_password_reset(email: Email, batch: Batch) -> EmailMessage:
    """The link to a new password, good for an hour; raises ReasonGone when no account has the address."""
    organiser = db.session.get(Organiser, email.about_id)
    if organiser is None or organiser.disabled_at is not None:
        raise ReasonGone()
    memberships = memberships_of(organiser)
    organisation = memberships[0].organisation if memberships else None
    link = _password_link(Purpose.RESET, organiser, now=batch.now)
    return _written(email, organisation, now=batch.now, organiser=organiser, link=link)


def write_organiser_invitation(email: Email, batch: Batch) -> EmailMessage:
    """The way into an organisation: a link to set a password, or to the sign-in page for who has one."""
    membership = db.session.get(Membership, email.about_id, options=[joinedload(Membership.organisation)])
    if membership is None:
        raise ReasonGone()
    organiser = db.session.get_one(Organiser, membership.organiser_id)
    now, is_new = batch.now, organiser.password_hash is None
    link = _password_link(Purpose.INVITATION, organiser, now=now) if is_new else outward("entrance.sign_in")
    return _written(email, membership.organisation, now=now, organiser=organiser, link=link, is_new=is_new)


def _password_link(purpose: Purpose, organiser: Organiser, *, now: datetime) -> str:
    return outward("entrance.set_password", token=draw_token(purpose, organiser.id, now=now))


def _written(email: Email, organisation: Organisation | None, *, now: datetime, **facts: Any) -> EmailMessage:
    facts |= {
        "organisation": organisation,
        "accent": accent(organisation.hue if organisation else DEFAULT_HUE),
    }
    sender = organisation.sender if organisation else "webinars"
    organiser: Organiser = facts["organiser"]
    subject, text, html = render_mail(email.kind, email.language, **facts)
    heading = MailHeading(
        sender=Mailbox(sender, mail_from()),
        recipient=Mailbox(organiser.name, email.recipient),
        subject=subject,
        message_id=email.message_id,
        sent_at=now,
        language=email.language,
    )
    return plain_message(heading, text=text, html=html)
