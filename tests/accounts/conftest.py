"""Accounts with a password, and their mail."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select

from webinars import clock
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organiser
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.models import Email
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

PASSWORD = "une girafe traverse Montauban"
ANOTHER = "trois horloges sous la pluie"


@pytest.fixture
def nadia(nadia: Organiser) -> Organiser:
    """Administrator, with a password."""
    nadia.password_hash = hash_password(PASSWORD)
    db.session.commit()
    return nadia


@pytest.fixture
def letter(app: Flask) -> Callable[[], EmailMessage]:
    """Writes the latest mail as the worker does, and reads it as its recipient does."""

    def write() -> EmailMessage:
        db.session.commit()
        with only_reading():
            email = db.session.scalars(select(Email).order_by(Email.id.desc())).first()
            assert email is not None
            content = WRITERS[email.kind](email, Batch([email], clock.now())).as_bytes()
            db.session.rollback()
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    return write


def link_in(message: EmailMessage) -> str:
    """The path of the link in the text."""
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost(/\S+)", body.get_content())
    assert found is not None
    return found.group(1)
