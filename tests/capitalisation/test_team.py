"""The team counts in no figure, whatever was registered or seen; the export says who is of it."""

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.capitalisation.conftest import attends
from tests.conftest import NOW
from webinars.capitalisation.cells import BOM, cell
from webinars.capitalisation.export import participants_csv
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Contributor, Cycle, Session
from webinars.planning.queries import attendance_counts
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db


@pytest.fixture
def speaker(demo_cycle: Cycle) -> Registrant:
    """Registered for all three sessions and seen at the first two; speaks at the first alone."""
    person = Registrant(
        cycle=demo_cycle,
        first_name="Élodie",
        last_name="Du Pont",
        email="elodie@pont.example.org",
        email_key="elodie@pont.example.org",
        structure_type="ETA-CEN",
        function="DIR",
        department="31",
        created_at=NOW,
        changed_at=NOW,
    )
    sessions = list(db.session.scalars(select(Session).order_by(Session.starts_at)))
    for session in sessions:
        place = Registration(
            registrant=person,
            session=session,
            state=RegistrationState.CONFIRMED,
            created_at=NOW,
            confirmed_at=NOW,
        )
        db.session.add(place)
    attends(sessions[0], person)
    attends(sessions[1], person)
    db.session.commit()
    return person


def speaks_at(session_ids: list[int], **who: str) -> None:
    db.session.add_all(Contributor(session_id=session_id, **who) for session_id in session_ids)
    db.session.commit()


def ids() -> list[int]:
    return list(db.session.scalars(select(Session.id).order_by(Session.starts_at)))


@pytest.mark.parametrize("who", [{"email": "Elodie@pont.example.org"}, {"name": "DU PONT Elodie"}])
def test_whoever_speaks_at_every_session_leaves_the_worked_example_as_it_was(
    demo_cycle: Cycle, who: dict[str, str], request: pytest.FixtureRequest
) -> None:
    alone, attendances = cycle_counts(demo_cycle, now=NOW), attendance_counts([demo_cycle.id])
    request.getfixturevalue("speaker")
    assert cycle_counts(demo_cycle, now=NOW) != alone

    speaks_at(ids(), **who)

    assert cycle_counts(demo_cycle, now=NOW) == alone
    assert attendance_counts([demo_cycle.id]) == attendances == {demo_cycle.id: 29}


def test_whoever_speaks_at_one_session_counts_at_the_others(demo_cycle: Cycle, speaker: Registrant) -> None:
    with_all = cycle_counts(demo_cycle, now=NOW)

    speaks_at(ids()[:1], email="elodie@pont.example.org")
    counts = cycle_counts(demo_cycle, now=NOW)

    first, *others = with_all.sessions
    assert counts.sessions == (
        replace(first, registrations=12, present_registered=first.present_registered - 1),
        *others,
    )
    assert (counts.attendances, counts.unique_participants) == (30, 19)
    assert attendance_counts([demo_cycle.id]) == {demo_cycle.id: 30}
    assert dict(counts.loyalty) == {1: 12, 2: 6, 3: 1}


def test_the_export_says_team_and_nothing_of_presence(demo_cycle: Cycle, speaker: Registrant) -> None:
    speaks_at(ids()[:1], name="Élodie Du Pont")

    text = "".join(participants_csv(demo_cycle.id)).removeprefix(BOM)
    rows = [
        (row["webinaire"], row["statut_inscription"], row["presence"], row["minutes"])
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
        if row["identifiant"] == cell(speaker.public_id)
    ]

    assert rows == [
        ("demo-1", "team", "", ""),
        ("demo-2", "confirmed", "present", "90"),
        ("demo-3", "confirmed", "", ""),
    ]
