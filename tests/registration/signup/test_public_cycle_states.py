"""The public page of a cycle in each state of its sessions and its own: what is left, full, cancelled, past, closed."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import NOW
from tests.registration.conftest import ADA, BELA, CLEO, called
from tests.registration.reading_pages import page
from webinars.cycles.models import Resource
from webinars.cycles.states import (
    CycleState,
    ResourceKind,
    SessionState,
)
from webinars.storage.extensions import db

__all__ = ["page"]

pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (3, "1\u00a0place libre sur 3"),
        (20, "18\u00a0places libres sur 20"),
        (2, "Complète, liste d’attente ouverte"),
    ],
)
def test_it_says_how_many_places_are_left(page, cycle, add_session, signs_up, capacity, words):
    session = add_session(cycle, "Comptée", capacity=capacity)
    signs_up(ADA, session)
    signs_up(BELA, session)

    assert words in page().said("status")


def test_the_last_places_are_said_to_be_so(page, cycle, add_session, signs_up):
    session = add_session(cycle, "Comptée", capacity=20)
    for number in range(18):
        signs_up(called(ADA, "Ada", f"ada{number}@town.example.org"), session)

    assert "2\u00a0dernières places sur 20" in page().said("status")


def test_a_full_session_still_has_its_box(page, cycle, add_session, signs_up):
    full = add_session(cycle, "Pleine", capacity=1)
    add_session(cycle, "Libre", days=20)
    for person in (ADA, BELA, CLEO):
        signs_up(person, full)

    db.session.expire_all()
    [row] = [item for item in page().all("li") if full.public_id in item.offered.get("sessions", [])]
    assert row.said("status") == ["Liste d’attente"]
    assert "Complète, liste d’attente" in page().said("status")
    assert page().callouts == {}  # others have seats: each date says what it has


def test_where_nothing_has_seats_the_page_explains_its_waiting_list(page, cycle, add_session, signs_up):
    full = add_session(cycle, "Pleine", capacity=1)
    for person in (ADA, BELA, CLEO):
        signs_up(person, full)

    assert "La séance du 12\u00a0mars est complète" in page().callouts
    assert (
        "Vous pouvez vous inscrire sur sa liste d’attente\u00a0: dès qu’une place se libère, elle revient à la première personne de la liste, qui reçoit l’invitation. 2\u00a0personnes attendent."
        in page().lines
    )


def test_a_cancelled_session_is_struck_and_has_no_box(client, page, cycle, add_session):
    add_session(cycle, "Annulée", state=SessionState.CANCELLED, cancelled_at=NOW)
    add_session(cycle, "Un", days=11)
    add_session(cycle, "Deux", days=12)

    [struck] = page().all(class_="is-cancelled")
    assert struck.said("status") == ["Annulée"]
    assert "La séance du 12\u00a0mars est annulée" in page().callouts
    assert [name for name in page().ids if name.startswith("pick-")] == ["pick-1", "pick-2"]


def test_two_sessions_of_one_day_are_cancelled_or_full_on_that_day(page, cycle, add_session, signs_up):
    for title in ("Annulée", "Annulée aussi"):
        add_session(cycle, title, state=SessionState.CANCELLED, cancelled_at=NOW)
    full = [add_session(cycle, title, days=11, capacity=1) for title in ("Pleine", "Comble")]
    signs_up(ADA, *full)

    assert "Les séances du 12\u00a0mars sont annulées" in page().callouts
    assert "Les séances du 13\u00a0mars sont complètes" in page().callouts


def test_a_single_other_date_goes_ahead_in_the_singular(page, cycle, add_session):
    add_session(cycle, "Annulée", state=SessionState.CANCELLED, cancelled_at=NOW)
    add_session(cycle, "Un", days=11)

    assert any("L’autre date est maintenue." in line for line in page().lines)


def test_a_past_session_of_a_running_cycle_is_said_to_be_past(page, cycle, add_session):
    add_session(cycle, "Passée", days=-3)
    add_session(cycle, "À venir", days=3)
    add_session(cycle, "À venir encore", days=4)

    assert "Séance passée" in page().said("status")
    assert (
        "Tout le cycle\u00a0: 2\u00a0dates Celles encore ouvertes, et les séances ajoutées ensuite"
        in page().lines
    )
    assert page().headings[-5:-1] == ["À venir encore", "Séances passées", "Passée", "Inscription"]


def test_a_window_says_when_it_opens_and_until_when(page, cycle, add_session):
    add_session(cycle, "Plus tard", days=40, opens_at=datetime(2026, 3, 20, 8, 0, tzinfo=UTC))
    add_session(cycle, "Bientôt close", days=9, closes_at=datetime(2026, 3, 10, 17, 0, tzinfo=UTC))

    assert "Inscriptions à partir du 20\u00a0mars, 9\u00a0h" in page().said("status")
    [row] = [item for item in page().all("li") if item.offered.get("sessions")]
    assert (
        row.text
        == "Mer. 11\u00a0mars, 10\u00a0h Comprise Bientôt close Inscriptions jusqu’au 10\u00a0mars, 18\u00a0h."
    )


def test_a_past_cycle_shows_what_remains_and_no_form(client, page, cycle, add_session):
    session = add_session(cycle, "Passée", days=-3)
    cycle.close(now=NOW)
    cycle.published_sentence = "Ces séminaires ont réuni 132 participants."
    db.session.add(
        Resource(cycle_id=cycle.id, label="Document de capitalisation", url="https://x.example.org/c.pdf")
    )
    db.session.add(
        Resource(
            cycle_id=cycle.id,
            session_id=session.id,
            kind=ResourceKind.REPLAY,
            label="Revoir",
            url="https://x.example.org/r",
        )
    )
    db.session.commit()

    shown = page()
    assert "Ces séminaires ont réuni 132 participants." in shown.lines
    assert {"https://x.example.org/c.pdf", "https://x.example.org/r"} <= set(shown.addresses)
    assert shown.actions == []
    assert "Webinaire, séance passée" in shown.lines


def test_a_closed_cycle_says_so_and_has_no_form(client, page, cycle, session):
    cycle.close(now=NOW)
    db.session.commit()

    assert "Les inscriptions sont fermées" in page().callouts
    assert page().all("form") == []


def test_a_draft_a_stranger_and_a_missing_cycle_are_all_not_found(client, cycle, session):
    assert client.get("/vto/rien").status_code == 404
    assert client.get("/personne/emploi").status_code == 404
    cycle.state = CycleState.DRAFT
    db.session.commit()
    assert client.get("/vto/emploi").status_code == 404


def test_a_cycle_without_sessions_says_what_comes(page, cycle):
    assert "Les dates seront publiées ici." in page().lines


def test_a_session_without_a_date_is_shown_and_not_offered(page, cycle, session, add_session):
    add_session(cycle, "Sans date", starts_at=None, ends_at=None, day=None, start_time=None, end_time=None)
    add_session(cycle, "Autre", days=30)

    assert page().link("Sans date")
    assert [name for name in page().ids if name.startswith("pick-")] == ["pick-1", "pick-2"]


def test_a_session_that_has_gone_on_for_a_quarter_of_an_hour_takes_nobody(page, cycle, add_session):
    add_session(
        cycle, "Maintenant", starts_at=NOW - timedelta(minutes=15), ends_at=NOW + timedelta(minutes=5)
    )

    assert "En cours" in page().said("status")
    assert "s’inscrire jusqu’à" not in page().text
