"""Which cycle and which registration a message belongs to: by what it answers, else by who wrote it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webinars.cycles.models import Cycle, Session
from webinars.invitations.models import Invitation
from webinars.outbox.identity import mail_domain
from webinars.outbox.models import Email, MailState
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.replies.parser.delivery_status import tokens_in
from webinars.replies.parser.mime import ReceivedMessage
from webinars.storage.extensions import db
from webinars.words.addresses import address_key

Invited = tuple[Invitation, Registration | None, Cycle]

LEFT = (MailState.SENDING, MailState.SENT, MailState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Context:
    """The cycle and, as far as known, the person and their registration."""

    cycle: Cycle
    registrant: Registrant | None = None
    registration: Registration | None = None


def context_of(arrival: ReceivedMessage) -> Context | None:
    """What the message belongs to; None when that is nobody's or could be several organisations'."""
    for email in mails_meant(arrival):
        found = context_of_mail(email)
        if found is not None:
            return found
    return _of_sender(address_key(arrival.writer.sender))


def mails_meant(arrival: ReceivedMessage) -> list[Email]:
    """Our mails that the message was returned for, or answers; the surest first."""
    tokens = tokens_in(arrival.recipients, mail_domain())
    by_token = _mails(Email.bounce_token.in_(tokens)) if tokens else []
    return by_token or (_mails(Email.message_id.in_(arrival.references)) if arrival.references else [])


def mail_proven(arrival: ReceivedMessage, message_id: str | None) -> Email | None:
    """The mail a delivery report is about, by what only whoever got that mail knows: its token, its identity."""
    tokens = tokens_in(arrival.recipients, mail_domain())
    meant = _mails(Email.bounce_token.in_(tokens)) if tokens else []
    if not meant and message_id:
        meant = _mails(Email.message_id == message_id)
    return meant[0] if meant else None


def is_of_former_attempt(arrival: ReceivedMessage, email: Email) -> bool:
    """Whether the message was returned for an attempt that has been repeated since (`send_again`)."""
    former = email.details.get("former_tokens", ())
    return any(token in former for token in tokens_in(arrival.recipients, mail_domain()))


def latest_mail_to(recipients: Sequence[str]) -> Email | None:
    """The last mail of a cycle that left to one of these addresses: anybody can name them, so it proves nothing."""
    return db.session.scalar(
        select(Email)
        .where(
            Email.recipient_key.in_([address_key(recipient) for recipient in recipients]),
            Email.cycle_id.is_not(None),
            Email.state.in_(LEFT),
        )
        .order_by(Email.sent_at.desc(), Email.id.desc())
        .limit(1)
    )


def invited(uids: Collection[str]) -> dict[str, Invited]:
    """By UID the invitation, the registration it stands for now, and its cycle, all as they stand."""
    found = db.session.execute(
        select(Invitation, Registration, Cycle)
        .outerjoin(Registration, Registration.invitation_id == Invitation.id)
        .join(Session, Session.id == Invitation.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .where(Invitation.uid.in_(uids))
        .options(joinedload(Cycle.organisation), joinedload(Registration.registrant))
        .execution_options(populate_existing=True)
    )
    return {row[0].uid: (row[0], row[1], row[2]) for row in found}


def sessions_of(uids: Collection[str]) -> list[int]:
    """The sessions that invitations are for."""
    wanted = select(Invitation.session_id).where(Invitation.uid.in_(uids)).distinct()
    return list(db.session.scalars(wanted.order_by(Invitation.session_id)))


def registration_of(email: Email) -> Registration | None:
    """The registration whose calendar object the mail carried."""
    if email.uid is None:
        return None
    found = invited([email.uid]).get(email.uid)
    return found[1] if found else None


def _mails(condition: object) -> list[Email]:
    return list(db.session.scalars(select(Email).where(condition).order_by(Email.id)))  # type: ignore[arg-type]


def context_of_mail(email: Email) -> Context | None:
    """The cycle, person and registration of a mail of ours; None for mail of accounts."""
    cycle = _cycle(email.cycle_id)
    if cycle is None:
        return None
    registrant = db.session.scalar(
        select(Registrant).where(Registrant.cycle_id == cycle.id, Registrant.email_key == email.recipient_key)
    )
    return Context(cycle, registrant, registration_of(email) or _latest_of(registrant))


def _of_sender(key: str) -> Context | None:
    if not key:
        return None
    organisations = db.session.scalar(
        select(func.count(Cycle.organisation_id.distinct()))
        .join(Registrant, Registrant.cycle_id == Cycle.id)
        .where(Registrant.email_key == key)
    )
    if organisations != 1:
        return None
    registrant = db.session.scalars(
        select(Registrant).where(Registrant.email_key == key).order_by(Registrant.id.desc()).limit(1)
    ).one()
    cycle = _cycle(registrant.cycle_id)
    return Context(cycle, registrant, _latest_of(registrant)) if cycle else None


def _latest_of(registrant: Registrant | None) -> Registration | None:
    if registrant is None:
        return None
    return db.session.scalar(
        select(Registration)
        .where(
            Registration.registrant_id == registrant.id,
            Registration.state.in_((RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    )


def _cycle(cycle_id: int | None) -> Cycle | None:
    if cycle_id is None:
        return None
    return db.session.scalar(
        select(Cycle).where(Cycle.id == cycle_id).options(joinedload(Cycle.organisation))
    )
