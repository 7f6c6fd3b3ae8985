"""Cancellations and restorings of a session, as tests make and read them."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.settled import LATER
from tests.planning.test_actions import left
from webinars.invitations.models import Invitation
from webinars.planning.updates import actions
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db


def cancel(session, *, now=NOW, word=""):
    told = deeds.cancel_session(session, by=NADIA, now=now, word=word)
    db.session.commit()
    return told


def restore(session, *, now=LATER):
    told = deeds.restore_session(session, by=NADIA, now=now)
    db.session.commit()
    return told


def cancelled(session, outbox, *, now=NOW):
    """The session, cancelled, its cancellation in everybody's calendar."""
    cancel(session, now=now)
    actions.send(session, now=now)
    left(outbox)


def calendar_mails(outbox):
    return [(mail.kind, mail.sequence, mail.state.value) for mail in outbox() if mail.sequence is not None]


def invitations():
    return list(db.session.scalars(select(Invitation).order_by(Invitation.id)))


def registration(name):
    return db.session.scalars(
        select(Registration)
        .join(Registration.registrant)
        .where(
            Registration.registrant.has(first_name=name), Registration.state != RegistrationState.CANCELLED
        )
        .options(joinedload(Registration.registrant))
    ).one()
