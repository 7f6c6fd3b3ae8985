"""The demonstration cycle after the organiser's decisions: the worked example of the definitions."""

import json
from typing import Any

import pytest
from sqlalchemy import delete

from config import ROOT
from tests.actors import NADIA
from tests.conftest import NOW
from webinars.accounts.models import Organisation
from webinars.attendance.models import Attendance, Conclusion, EvidenceKind
from webinars.cycles.models import Cycle, Session
from webinars.demonstration.past_cycle import add_past_cycle
from webinars.journal.models import JournalEntry
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


@pytest.fixture
def expected() -> dict[str, Any]:
    return json.loads((ROOT / "tests/data/expected.json").read_text())


@pytest.fixture
def demo_cycle(organisation: Organisation) -> Cycle:
    """As the demonstration has it; the journal is empty."""
    cycle = add_past_cycle(organisation, by=NADIA, now=NOW)
    db.session.execute(delete(JournalEntry))
    db.session.commit()
    return cycle


def attends(session: Session, person: Registrant) -> None:
    """A report concluded that somebody was there."""
    db.session.add(
        Attendance(
            session=session,
            registrant=person,
            conclusion=Conclusion.PRESENT,
            seconds=5400,
            how=EvidenceKind.REPORT,
            concluded_at=NOW,
            concluded_by=NADIA,
        )
    )
