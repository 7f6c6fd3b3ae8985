"""Edits of a session and the updates they lead to, as tests make and read them."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from tests.actors import NADIA
from tests.conftest import NOW
from tests.planning import deeds
from tests.planning.test_actions import joins, left
from webinars.planning.updates import chores
from webinars.planning.updates.models import PendingUpdate
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE


def edit(session, *, now=NOW, are_texts_told=False, **values):
    """One edit and its commit, as the editor does it."""
    told = deeds.edit_session(session, by=NADIA, are_texts_told=are_texts_told, now=now, **values)
    db.session.commit()
    return told.people


def send_settled(now):
    """The chore, as workers do it."""
    return chores.send_settled(now, current_app.config["SETTINGS"])


def waits():
    return db.session.scalars(select(PendingUpdate)).one_or_none()


def updates(outbox):
    return [mail for mail in outbox() if mail.kind == "invitation_update"]


@pytest.fixture
def ada(session, outbox):
    """Ada, whose invitation has left."""
    registrant = joins(session, "Ada").registrant
    left(outbox)
    return registrant
