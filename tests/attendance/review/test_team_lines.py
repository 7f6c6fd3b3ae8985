"""A line that is somebody of the team counts nowhere, and the next reports of the cycle know them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.accounts.signed_in import post
from tests.actors import NADIA, OTTO
from tests.attendance.imports.test_importing import apply, conclusions, line, person
from tests.attendance.test_pages import BASE
from tests.attendance.written_reports import row, table
from tests.conftest import NOW
from tests.page import read
from webinars.attendance import queries
from webinars.attendance.imports import actions as imports_actions
from webinars.attendance.models import Decision
from webinars.attendance.pending_lines import waiting_in
from webinars.attendance.review import actions
from webinars.cycles.models import Session

FIRST = table([row("Jean Roux"), row("J.", "jean@roux.example.org"), row("iPhone"), row("Castagne O.")])
NEXT = table([row("jean ROUX (Host)"), row("Jean", "Jean@Roux.example.org"), row("iPhone")])
NAMES = ("Jean Roux", "iPhone", "Castagne O.")


@pytest.fixture
def reported(demo_1: Session) -> Session:
    """The first session, with a report of a name, an address, a device and somebody registered."""
    apply(demo_1, FIRST.encode())
    return demo_1


@pytest.fixture
def next_one(demo_1: Session, add_session: Callable[..., Session]) -> Session:
    """Another session of the cycle, on the same day."""
    times = {"starts_at": demo_1.starts_at, "ends_at": demo_1.ends_at, "day": demo_1.day}
    return add_session(demo_1.cycle, "demo 2", **times)


def decisions(session: Session) -> dict[str, Decision]:
    return {one.name: one.decision for one in queries.lines_of(session)}


def test_the_answer_is_on_the_page_of_the_line_and_counts_nobody(
    desk: FlaskClient, reported: Session
) -> None:
    address = f"{BASE}/review/{line(reported, 'Jean Roux').public_id}"
    assert "e C’est une personne de l’équipe" in read(desk.get(address)).buttons

    assert post(desk, address, {"decision": "team"}).status_code == 303

    told = read(desk.get(f"{address}?lang=en")).callouts["A member of the team: not counted."]
    assert told.startswith("Decided by Nadia Benali, ")
    assert (decisions(reported)["Jean Roux"], waiting_in(reported)) == (Decision.TEAM, 3)


def test_the_next_report_knows_the_team_by_name_and_address_but_no_device(
    reported: Session, next_one: Session
) -> None:
    for name in NAMES[:2]:
        actions.decide_team(line(reported, name), reported, by=NADIA, now=NOW)
    by_address = line(reported, "J.", email="jean@roux.example.org")
    actions.decide_team(by_address, reported, by=NADIA, now=NOW)

    apply(next_one, NEXT.encode())

    assert decisions(next_one) == {
        "jean ROUX": Decision.TEAM,
        "Jean": Decision.TEAM,
        "iPhone": Decision.UNMATCHED,
    }


@pytest.mark.parametrize("way_back", ["taken back", "undone"])
def test_it_is_known_no_more_once_that_is_taken_back(
    reported: Session, next_one: Session, way_back: str
) -> None:
    found = line(reported, "Jean Roux")
    actions.decide_team(found, reported, by=NADIA, now=NOW)
    if way_back == "undone":
        imports_actions.undo_report(reported, found.report, by=OTTO, now=NOW)
    else:
        actions.take_back(found, reported, by=OTTO, now=NOW)

    apply(next_one, table([row("Jean Roux")]).encode())

    assert decisions(next_one) == {"Jean Roux": Decision.UNMATCHED}


def test_the_name_of_somebody_registered_is_never_the_team_s(reported: Session, next_one: Session) -> None:
    apply(
        reported, table([row("Castagné Olivier", "o@elsewhere.example.org"), row("Sylvie Garcia")]).encode()
    )
    found = line(reported, "Sylvie Garcia")

    actions.decide_team(found, reported, by=NADIA, now=NOW)

    assert queries.aliases_of(reported.cycle_id) == {}


def test_whoever_registers_with_that_address_is_a_person_again(reported: Session, next_one: Session) -> None:
    actions.decide_team(line(reported, "J.", email="jean@roux.example.org"), reported, by=NADIA, now=NOW)
    person("P01").email = "jean@roux.example.org"

    apply(reported, table([row("Jean", "jean@roux.example.org")]).encode())

    assert conclusions(reported)["P01"][0] == "present"
