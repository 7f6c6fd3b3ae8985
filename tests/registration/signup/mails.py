"""The mails of a sign-up, as they wait and leave."""

from tests.conftest import NOW
from webinars.outbox.models import Email, MailState
from webinars.storage.extensions import db


def waiting() -> list[tuple[str, str]]:
    """What waits to leave: its kind, and whom it goes to."""
    wanted = db.select(Email.kind, Email.recipient).where(
        Email.state.in_((MailState.QUEUED, MailState.WITHHELD))
    )
    return sorted(tuple(one) for one in db.session.execute(wanted))


def leaves() -> None:
    """All that waits has left."""
    db.session.execute(db.update(Email).values(state=MailState.SENT, sent_at=NOW))
    db.session.commit()
