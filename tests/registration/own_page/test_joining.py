"""One address into each session, whatever becomes of the video room."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA
from webinars.cycles.states import SessionState
from webinars.registration import links, queries
from webinars.registration.actions import withdraw
from webinars.registration.models import REFUSAL
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


def words_of(page):
    return [words for words, _address in page.links]


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
        (
            as_it_is,
            -60 * 24,
            "La salle ouvre le jeudi 12\u00a0mars à 9\u00a0h\u00a045, heure de Paris",
        ),
        (as_it_is, -60, "La salle ouvre à 9\u00a0h\u00a045"),
        (as_it_is, -60, "La séance commence à 10\u00a0h, heure de Paris, et finit à 11\u00a0h\u00a030."),
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
        assert room.heading == "Vous vous êtes désisté·e"
        assert "Aucune place ne vous est gardée" in room.lines
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

    answer = client.get(wrong)
    assert (answer.status_code, read(answer).heading) == (404, "Ce lien ne fonctionne pas")


@pytest.mark.parametrize(
    ("ending", "heading", "sentence", "button"),
    [
        (
            {},
            "Vous vous êtes désisté·e",
            "Il reste 2\u00a0places\u00a0: vous pouvez encore venir.",
            "M’inscrire de nouveau",
        ),
        (
            {"by": NADIA},
            "Vous n’êtes plus inscrit·e",
            "L’équipe a retiré votre inscription à cette séance. Pour savoir pourquoi, écrivez à contact@vto.example.org.",
            "Voir la page du cycle",
        ),
        (
            {"reason": REFUSAL},
            "Votre agenda a décliné la séance",
            "Il reste 2\u00a0places\u00a0: vous pouvez encore venir.",
            "M’inscrire de nouveau",
        ),
    ],
)
def test_who_has_no_seat_any_more_reads_why_and_what_can_be_had(
    client, cycle, add_session, signs_up, ending, heading, sentence, button
):
    session = add_session(cycle, capacity=2)
    ada = signs_up(ADA, session).registrant
    withdraw(queries.live_registration(ada.id, session.id), now=NOW, **ending)
    db.session.commit()
    door = urlsplit(links.join_link(ada, session)).path

    with at(NOW):
        page = read(client.get(door))
    assert (page.heading, sentence in page.lines, button in words_of(page)) == (heading, True, True)

    session.closes_at = NOW
    db.session.commit()
    with at(NOW + timedelta(minutes=1)):
        closed = read(client.get(door))
    assert closed.heading == heading
    assert "M’inscrire de nouveau" not in words_of(closed)


def test_the_door_knows_for_how_long_it_is_closed_on_the_day_alone(client, link, session):
    def opens_in(minutes):
        with at(session.starts_at - timedelta(minutes=minutes)):
            page = read(client.get(link))
        return [part.attributes["data-opens-in"] for part in page if "data-opens-in" in part.attributes]

    assert [opens_in(minutes) for minutes in (60 * 24, 60, 15, 5)] == [[], ["2700"], [], []]
    with at(session.starts_at - timedelta(minutes=60)):
        assert not [part for part in read(client.get(link)).all("meta") if "http-equiv" in part.attributes]
