"""The tray as tests fill it: a letter in it, without the message it came by."""

import secrets

from tests.conftest import NOW
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db


def waiting_letter(cycle_id: int | None = None) -> Incoming:
    """A letter somebody is to see to: who works on that cycle, else who sees to the instance."""
    letter = Incoming(
        digest=secrets.token_hex(32),
        received_at=NOW,
        sender="zoe@town.example.org",
        subject="Une place ?",
        verdict=Verdict.LETTER,
        needs_person=True,
        cycle_id=cycle_id,
    )
    db.session.add(letter)
    db.session.commit()
    return letter
