"""The demonstration cycle after the organiser's decisions: the worked example of the definitions."""

import csv
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import ROOT
from tests.actors import NADIA
from tests.conftest import NOW
from tests.cycles.published import published_cycle
from webinars.accounts.models import Organisation
from webinars.attendance.models import Attendance, Conclusion, EvidenceKind, Headcount
from webinars.cycles.models import Cycle, Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

DATA = ROOT / "tests/data"
PARIS = ZoneInfo("Europe/Paris")
SLUGS = ("demo-1", "demo-2", "demo-3")
BY_HAND = {"demo-1": ["P09", "P12"], "demo-2": [], "demo-3": ["P17"]}  # the decisions of expected.json


@pytest.fixture
def expected() -> dict[str, Any]:
    return json.loads((DATA / "expected.json").read_text())


@pytest.fixture
def demo_cycle(organisation: Organisation, expected: dict[str, Any]) -> Cycle:
    cycle = published_cycle(organisation, "demo", "Cycle de démonstration", now=NOW)
    sessions = {session.slug: session for session in _sessions(cycle)}
    people = _register(cycle, sessions)
    claire = Registrant(cycle=cycle, first_name="Claire", last_name="Dumas", created_at=NOW, changed_at=NOW)
    db.session.add(claire)
    _attend(sessions["demo-1"], claire)
    for report in expected["reports"][:3]:
        session = sessions[report["webinar_id"]]
        came = [*report["present"], *report["cancelled_but_present"], *BY_HAND[session.slug]]
        for key in came:
            _attend(session, people[key])
        for key in report["brief"]:
            _attend(session, people[key], Conclusion.BRIEF)
    db.session.flush()
    db.session.add(Headcount(session_id=sessions["demo-3"].id, people=3, counted_at=NOW, counted_by=NADIA))
    db.session.commit()
    return cycle


def _sessions(cycle: Cycle) -> list[Session]:
    planned = json.loads((DATA / "demo_events.json").read_text())["webinars"]
    made = []
    for webinar in planned[:3]:
        start = datetime.fromisoformat(webinar["planned_start"]).replace(tzinfo=PARIS)
        end = datetime.fromisoformat(webinar["planned_end"]).replace(tzinfo=PARIS)
        facts: dict[str, Any] = {"starts_at": start, "ends_at": end, "day": start.date()}
        made.append(
            Session(
                cycle=cycle,
                slug=webinar["id"],
                title=webinar["title"],
                start_time=start.time(),
                end_time=end.time(),
                created_at=NOW,
                changed_at=NOW,
                **facts,
            )
        )
    db.session.add_all(made)
    return made


def _register(cycle: Cycle, sessions: dict[str, Session]) -> dict[str, Registrant]:
    people: dict[str, Registrant] = {}
    with (DATA / "registrations.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["webinar_id"] in sessions]
    for row in rows:
        person = people.setdefault(
            row["registration_id"],
            Registrant(
                cycle=cycle,
                first_name=row["first_name"],
                last_name=row["last_name"],
                email=row["email"],
                email_key=row["email"].lower(),
                structure=row["organisation"] or None,
                structure_type=row["org_type"] or None,
                function=row["function"] or None,
                department=row["department"] or None,
                created_at=NOW,
                changed_at=NOW,
            ),
        )
        state, session = RegistrationState(row["status"]), sessions[row["webinar_id"]]
        is_cancelled = state is RegistrationState.CANCELLED
        moments = {"created_at": NOW, "confirmed_at": NOW, "cancelled_at": NOW if is_cancelled else None}
        db.session.add(Registration(registrant=person, session=session, state=state, **moments))
    return people


def _attend(session: Session, person: Registrant, conclusion: Conclusion = Conclusion.PRESENT) -> None:
    db.session.add(
        Attendance(
            session=session,
            registrant=person,
            conclusion=conclusion,
            seconds=5400,
            how=EvidenceKind.REPORT,
            concluded_at=NOW,
            concluded_by=NADIA,
        )
    )
