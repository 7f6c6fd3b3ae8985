"""The morning of a day with a session, and who registered for it."""

from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from tests.planning.test_actions import joins
from tests.today.scene import AddSession, at
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


@pytest.fixture(autouse=True)
def clock_of_the_day() -> Iterator[time_machine.Traveller]:
    """Eight in the morning."""
    with time_machine.travel(at(8), tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(cycle: Cycle, add_session: AddSession) -> dict[str, Registrant]:
    """Ada and Bela, registered for the session of the day at ten."""
    session = add_session(cycle, "Clauses", days=1)
    return {name: joins(session, name).registrant for name in ("Ada", "Bela")}


@pytest.fixture
def session(cycle: Cycle, people: dict[str, Registrant]) -> Session:
    """The session of the day."""
    return db.session.scalars(select(Session)).one()
