"""Ada is invited; mail comes in."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, CLEO, registrations, signs_up  # noqa: F401
from tests.replies.samples import ADA as ADA_ADDRESS
from tests.replies.samples import Sample
from webinars.cycles.models import Session
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.outbox.actions import queue
from webinars.outbox.models import Email, MailState
from webinars.replies.actions import receive
from webinars.replies.models import Incoming
from webinars.replies.parser import mime
from webinars.replies.parser.mime import RawMessage
from webinars.storage.extensions import db

LATER = NOW + timedelta(hours=3)


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def invitation(signs_up: Callable, session: Session) -> Invitation:  # noqa: F811
    """Ada's, which has left."""
    signs_up(ADA, session)
    return let_leave()


def let_leave() -> Invitation:
    """What waits has left; gives the last invitation."""
    db.session.execute(
        update(Email).where(Email.state == MailState.QUEUED).values(state=MailState.SENT, sent_at=NOW)
    )
    db.session.commit()
    return db.session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()


@pytest.fixture
def comes(app: object) -> Callable[..., Incoming | None]:
    """One message comes in and is kept: `comes(gmail(sample))`."""

    def come(content: bytes, *, at: datetime = LATER, authserv_id: str = "") -> Incoming | None:
        raw = RawMessage.whole(content)
        incoming = receive(mime.read(raw), raw, authserv_id=authserv_id, now=at)
        db.session.commit()
        return incoming

    return come


@pytest.fixture
def sample(invitation: Invitation) -> Sample:
    """An answer to Ada's invitation."""
    return Sample(uid=invitation.uid)


def history() -> list[tuple[str, bool]]:
    """What was answered, oldest first, and whether it was for the former date."""
    rows = db.session.scalars(select(InvitationAnswer).order_by(InvitationAnswer.id))
    return [(row.partstat.value, row.is_former) for row in rows]


Mails = Callable[..., Email]


@pytest.fixture
def ours(invitation: Invitation) -> Email:
    """The invitation's mail, which has left."""
    return db.session.scalars(select(Email).where(Email.kind == "invitation")).one()


@pytest.fixture
def further(ours: Email) -> Mails:
    """Further mails to Ada that have left: `further(2)`."""

    def make(
        number: int,
        *,
        state: MailState = MailState.SENT,
        cycle_id: int | None = -1,
        recipient: str = ADA_ADDRESS,
    ) -> Email:
        email = queue(
            "note", recipient=recipient, language="fr", about_id=1, purpose=f"note:{number}", now=NOW,
            cycle_id=ours.cycle_id if cycle_id == -1 else cycle_id,
        )  # fmt: skip
        email.state, email.sent_at = state, NOW if state is MailState.SENT else None
        db.session.commit()
        return email

    return make
