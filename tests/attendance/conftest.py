"""The first session of the demonstration, its people and its team, in the database."""

import csv
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.attendance.demo import DATA, TEAM, occasion
from tests.conftest import NOW
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.states import ContributorKind
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def demo_1(cycle: Cycle) -> Session:
    """demo-1 with its twelve registrations, before any report."""
    window = occasion("demo-1")
    local: datetime = window.starts_at.astimezone(PARIS)
    session = Session(
        cycle=cycle,
        slug="demo-1",
        title="Clauses sociales et achats durables",
        day=local.date(),
        start_time=local.time(),
        end_time=window.ends_at.astimezone(PARIS).time(),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        created_at=NOW,
        changed_at=NOW,
    )
    db.session.add(session)
    db.session.flush()
    for member in TEAM:
        db.session.add(
            Contributor(
                session_id=session.id, kind=ContributorKind.TEAM, name=member.name, email=member.email
            )
        )
    with (DATA / "registrations.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["webinar_id"] == "demo-1":
                _register(session, row)
    db.session.commit()
    return session


def _register(session: Session, row: dict[str, str]) -> None:
    person = Registrant(
        cycle_id=session.cycle_id,
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"],
        email_key=row["email"].lower(),
        structure=row["organisation"] or None,
        structure_type=row["org_type"] or None,
        function=row["function"] or None,
        department=row["department"] or None,
        source_id=row["registration_id"],
        created_at=NOW,
        changed_at=NOW,
    )
    state = RegistrationState(row["status"])
    is_cancelled = state is RegistrationState.CANCELLED
    moments = {"created_at": NOW, "confirmed_at": NOW, "cancelled_at": NOW if is_cancelled else None}
    db.session.add(Registration(registrant=person, session=session, state=state, **moments))


@pytest.fixture
def zoom() -> bytes:
    """The report of demo-1."""
    return (DATA / "zoom_meeting_en.csv").read_bytes()
