"""One address into each session, whatever becomes of the video room."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA
from webinars.cycles.states import SessionState
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.storage.extensions import db


@pytest.fixture
def link(session, signs_up):
    return urlsplit(links.join_link(signs_up(ADA, session).registrant, session)).path


def at(moment):
    return time_machine.travel(moment, tick=False)


def test_the_button_leads_to_the_room_as_it_is_now(client, link, session):
    session.join_url = "https://other.example.org/room/2"
    db.session.commit()

    with at(session.starts_at - timedelta(minutes=14)):
        page, answer = client.get(link), client.post(link)

    assert "Rejoindre la séance" in read(page).buttons
    assert "example.org/room" not in page.text
    assert "form-action 'self' https: http:" in page.headers["Content-Security-Policy"]
    assert (answer.status_code, answer.location) == (303, "https://other.example.org/room/2")


def cancelled(session):
    session.state, session.cancelled_at = SessionState.CANCELLED, NOW


def on_site(session):
    session.format, session.place = "on_site", "Hôtel de ville"


def without_link(session):
    session.join_url = ""


def as_it_is(session):
    pass


@pytest.mark.parametrize(
    ("change", "minutes", "words"),
    [
        (as_it_is, -60, "La salle ouvre le jeudi 12\u00a0mars à 9\u00a0h\u00a045, heure de Paris"),
        (as_it_is, 90, "Cette séance est terminée"),
        (cancelled, 0, "Cette séance est annulée"),
        (on_site, 0, "On vous attend à l’adresse suivante\u00a0: Hôtel de ville."),
        (without_link, 0, "La salle n’est pas encore prête"),
    ],
)
def test_a_closed_room_says_what_to_do(client, link, session, change, minutes, words):
    change(session)
    db.session.commit()

    with at(session.starts_at + timedelta(minutes=minutes)):
        page, answer = client.get(link), client.post(link)

    assert words in read(page).lines
    assert (answer.status_code, "Location" in answer.headers) == (200, False)


def test_who_withdrew_or_waits_is_told_so(client, cycle, add_session, signs_up):
    session = add_session(cycle, capacity=1)
    ada, bela = signs_up(ADA, session).registrant, signs_up(BELA, session).registrant
    waiting = urlsplit(links.join_link(bela, session)).path
    with at(session.starts_at - timedelta(minutes=5)):
        before = read(client.get(waiting))
    with at(session.starts_at):
        begun = read(client.get(waiting))
    for page in (before, begun):
        assert page.heading == "Vous êtes sur liste d’attente"
        assert "désisté" not in page.text
    assert (
        "Si une place vous revient avant le début de la séance, vous recevez l’invitation, et cette page vous laisse entrer."
        in before.lines
    )
    assert "vous revient" not in begun.text
    assert "La séance a commencé\u00a0: aucune place ne s’est libérée." in begun.lines

    withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    with at(session.starts_at):
        room = read(client.get(urlsplit(links.join_link(ada, session)).path))
        assert room.heading == "Aucune place ne vous est gardée"
        assert client.post(waiting).location == session.join_url  # the place went to her


@pytest.mark.parametrize("kind", ["token", "session", "me"])
def test_a_wrong_link_opens_nothing(client, link, session, kind):
    _, _, token, session_id = link.split("/")
    registrant = queries.registrant_by_token(token, queries.JOIN)
    wrong = {
        "token": f"/join/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/{session_id}",
        "session": f"/join/{token}/{'0' * 16}",
        "me": f"/join/{links.me_token(registrant)}/{session_id}",
    }[kind]

    assert client.get(wrong).status_code == 404
