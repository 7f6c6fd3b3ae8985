"""The first session of the demonstration, its people and its team, in the database."""

import pytest

from tests.attendance.demo import content
from tests.conftest import NOW
from webinars.cycles.models import Cycle, Session
from webinars.demonstration.past_cycle import add_past_session, add_people
from webinars.storage.extensions import db


@pytest.fixture
def demo_1(cycle: Cycle) -> Session:
    """demo-1 with its twelve registrations, before any report."""
    session = add_past_session(cycle, "demo-1", now=NOW)
    add_people(cycle, [session])
    db.session.commit()
    return session


@pytest.fixture
def zoom() -> bytes:
    """The report of demo-1."""
    return content("zoom_meeting_en.csv")
