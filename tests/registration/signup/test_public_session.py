"""The page of one session."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import statements
from webinars.cycles.models import Contributor, Resource
from webinars.cycles.states import ContributorKind, CycleState, SessionState
from webinars.storage.extensions import db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def address(session):
    return f"/vto/emploi/{session.slug}"


def test_it_shows_what_it_is_about_and_who_speaks(client, address, session):
    session.abstract = "Un **cadre** :\n\n- méthode\n- droit"
    db.session.add(Contributor(session_id=session.id, name="Solène Abgrall", role="Chercheuse"))
    db.session.add(Contributor(session_id=session.id, kind=ContributorKind.TEAM, name="Nadia"))
    db.session.commit()
    answer = client.get(address)
    page = read(answer)

    assert [strong.text for strong in page.all("strong")] == ["cadre"]
    points = [point.text for point in page.all("li")]
    assert points[points.index("méthode") + 1] == "droit"
    assert "Solène Abgrall Chercheuse" in page.lines
    assert "Nadia" not in answer.text
    assert page.part("ticket").text == "Date et lieu"
    assert page.all("aside")[0].plain_lines[:3] == [
        "Date et lieu",
        "jeudi 12 mars 2026",
        "10 h – 11 h 30, heure de Paris",
    ]
    assert session.join_url not in answer.text


def test_it_leads_to_the_form_while_one_may_sign_up(client, address, session, cycle):
    def leads():
        return f"{address}/sign-up#sign-up" in read(client.get(address)).addresses

    assert leads()
    session.closes_at = NOW - timedelta(days=1)
    db.session.commit()
    assert not leads()
    session.closes_at = None
    cycle.close(now=NOW)
    db.session.commit()
    assert not leads()


def test_a_past_session_shows_its_documents(client, address, session, cycle):
    db.session.add(
        Resource(cycle_id=cycle.id, session_id=session.id, label="Support", url="https://x.example.org/s.pdf")
    )
    db.session.add(Resource(cycle_id=cycle.id, label="Du cycle", url="https://x.example.org/c.pdf"))
    db.session.commit()
    with time_machine.travel(NOW + timedelta(days=30)):
        text = read(client.get(address))

    assert "Cette séance est terminée" in text.callouts
    assert "Support Document" in text.lines
    assert "Du cycle" not in text.text


def test_a_cancelled_session_says_so(client, address, session):
    session.state, session.cancelled_at = SessionState.CANCELLED, NOW
    db.session.commit()

    assert "Cette séance est annulée" in read(client.get(address)).callouts


def test_the_next_other_dates_stand_below_it(client, address, cycle, add_session):
    for days in (-3, 20, 21, 22, 23, 24, 25):
        add_session(cycle, f"Jour {days}", days=days)
    page = read(client.get(address))

    assert "Les autres dates du cycle" in page.headings
    assert [one for one in page.headings if one.startswith("Jour")] == [
        f"Jour {days}" for days in range(20, 25)
    ]
    assert page.link("Voir tout le programme").attributes["href"] == "/vto/emploi"


def test_drafts_and_strangers_are_not_found(client, address, cycle):
    assert client.get("/vto/emploi/rien").status_code == 404
    cycle.state = CycleState.DRAFT
    db.session.commit()
    assert client.get(address).status_code == 404


def test_it_asks_little_sends_no_cookie_and_says_its_address(client, address):
    with statements() as asked:
        answer = client.get(address)

    assert len(asked) == 5
    assert "Set-Cookie" not in answer.headers
    assert read(answer).canonical == f"http://localhost{address}"


def test_a_past_session_promises_no_replay_beside_a_document_alone(client, address, session, cycle):
    db.session.add(
        Resource(cycle_id=cycle.id, session_id=session.id, label="Support", url="https://x.example.org/s.pdf")
    )
    db.session.commit()
    with time_machine.travel(NOW + timedelta(days=30)):
        french, english = (read(client.get(f"{address}?lang={language}")).lines for language in ("fr", "en"))

    assert "Ce qui a été publié se trouve ci-dessous." in french
    assert "What was published is below." in english


def test_a_cancelled_session_whose_date_is_past_did_not_take_place(client, address, session):
    session.state, session.cancelled_at = SessionState.CANCELLED, NOW
    db.session.commit()
    with time_machine.travel(NOW + timedelta(days=30)):
        assert "Elle n’a pas eu lieu." in read(client.get(address)).lines
