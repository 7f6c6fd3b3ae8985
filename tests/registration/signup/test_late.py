"""Whoever comes late signs up while the session runs: until a quarter of an hour after the start, or as the session says."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, BELA, CLEO, states, written
from tests.registration.reading_mails import bodies, plain_lines
from tests.registration.reading_pages import filled, send
from tests.registration.visitor import path, press
from webinars.registration import links
from webinars.registration.actions import take, withdraw
from webinars.registration.address_change import readdress
from webinars.registration.errors import NothingOpen, SessionNotOpen
from webinars.registration.queries import live_registration
from webinars.storage.extensions import db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at():
    """`at(session, 5)`: it is five minutes after the start of the session."""
    return lambda session, minutes: time_machine.travel(session.starts_at + minutes * MINUTE, tick=False)


@pytest.fixture
def late(signs_up):
    """`late(ADA, session)`: signs up five minutes after its start; `after=` another time."""

    def sign(person, session, *others, after=5 * MINUTE, **details):
        return signs_up(person, session, *others, now=session.starts_at + after, **details)

    return sign


@pytest.mark.parametrize(
    ("closes", "before", "after"),
    [
        (None, timedelta(minutes=15) - timedelta(seconds=1), timedelta(minutes=15)),
        (timedelta(minutes=40), timedelta(minutes=40) - timedelta(seconds=1), timedelta(minutes=40)),
        (timedelta(), -timedelta(seconds=1), timedelta()),
        (timedelta(days=1), timedelta(minutes=90) - timedelta(seconds=1), timedelta(minutes=90)),
    ],
)
def test_it_closes_when_it_says_and_at_its_end_at_the_latest(session, closes, before, after):
    session.closes_at = None if closes is None else session.starts_at + closes

    assert session.takes_registrations(session.starts_at + before)
    assert not session.takes_registrations(session.starts_at + after)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("join_url", ["", "https://room.example.org/1"])
def test_the_page_that_answers_lets_nobody_into_a_room_without_a_link(
    client, session, at, language, join_url
):
    session.join_url = join_url
    db.session.commit()
    with at(session, 5):
        answer = send(client, lang=language, take="some", sessions=[session.public_id])
        shown = " ".join(read(client.get(answer.location)).text.split())

    ready = {"fr": "entrez dès maintenant", "en": "Join now"}[language]
    prepared = {"fr": "l’équipe prépare la salle.", "en": "the team is preparing the room."}[language]
    assert (ready in shown, prepared in shown) == (bool(join_url), not join_url)


def test_a_session_shorter_than_a_quarter_of_an_hour_closes_at_its_end(session):
    session.ends_at = session.starts_at + 10 * MINUTE

    assert session.takes_registrations(session.ends_at - MINUTE)
    assert not session.takes_registrations(session.ends_at)


def test_who_comes_late_has_a_seat_and_one_mail_with_the_way_in(session, late, registrations, outbox):
    answer = late(ADA, session)

    (registration,) = registrations()
    assert (registration.state, registration.invitation_id) == ("confirmed", None)
    assert registration.confirmed_at == session.starts_at + 5 * MINUTE
    (mail,) = outbox()
    message = written(mail)
    link = links.join_link(answer.registrant, session)
    assert message["Subject"] == "Séance en cours, votre accès : Achats responsables"
    for body in bodies(message):
        assert link in body.lines
        assert "En cours\u00a0: place confirmée" in body.lines
        assert "dans chaque invitation" not in body.text
        assert "tout désinscrire" not in body.text
    assert [part.get_content_type() for part in message.walk() if "calendar" in part.get_content_type()] == []


def test_who_is_registered_already_and_signs_up_late_is_sent_the_way_in_again(
    session, signs_up, late, outbox
):
    ada = signs_up(ADA, session).registrant
    late(ADA, session)

    message = written([mail for mail in outbox() if mail.kind == "confirmation"][-1])
    assert links.join_link(ada, session) in plain_lines(message)


def test_who_withdrew_comes_back_late_without_a_calendar(
    client, session, signs_up, late, registrations, outbox
):
    ada = signs_up(ADA, session).registrant
    withdraw(live_registration(ada.id, session.id), now=NOW)
    db.session.commit()
    before = len(outbox())
    late(ADA, session)

    assert states(registrations()) == ["cancelled", "confirmed"]
    assert [mail.kind for mail in outbox()[before:]] == ["confirmation"]


def test_the_whole_cycle_taken_late_has_the_one_that_runs_and_those_to_come(
    two, late, signs_up, registrations, outbox
):
    late(ADA, two[0], whole_cycle=True)
    signs_up(BELA, whole_cycle=True, now=two[0].starts_at + 15 * MINUTE)

    held = [(one.registrant_id, one.session_id, one.invitation_id is None) for one in registrations()]
    first, second = held[0][0], held[-1][0]
    assert held == [(first, two[0].id, True), (first, two[1].id, False), (second, two[1].id, False)]
    assert sum(mail.kind == "invitation" for mail in outbox()) == 2


def test_a_full_session_that_runs_takes_nobody_and_nobody_begins_to_wait(
    session, signs_up, late, registrations
):
    session.capacity = 2
    signs_up(ADA, session)
    late(BELA, session)
    with pytest.raises(NothingOpen):
        late(CLEO, session)
    db.session.rollback()

    assert states(registrations()) == ["confirmed", "confirmed"]


def test_nobody_comes_in_before_those_who_wait(client, cycle, session, signs_up, late, at, registrations):
    session.capacity = 1
    signs_up(ADA, session)
    bela = signs_up(BELA, session).registrant
    session.capacity = 5  # given while it runs: whoever waits stays waiting
    db.session.commit()
    for person in (CLEO, BELA):
        with pytest.raises(NothingOpen):
            late(person, session)
        db.session.rollback()

    assert states(registrations()) == ["confirmed", "waitlisted"]
    with at(session, 5):
        assert "sign-up" not in read(client.get("/vto/emploi")).ids
        assert (
            "La séance a commencé\u00a0: aucune place ne s’est libérée."
            in read(client.get(path(links.me_link(bela)))).lines
        )


def test_a_full_one_is_not_taken_and_the_others_are(client, two, signs_up, at):
    two[0].capacity = 1
    signs_up(BELA, two[0])
    with at(two[0], 5):
        answer = send(client, take="some", sessions=[one.public_id for one in two])
        page = read(client.get(answer.location))

    assert "/registered/" in answer.location
    assert (
        "Si vous n’y étiez pas déjà inscrit·e, vous ne l’êtes pas\u00a0: cette séance ne prenait plus d’inscriptions à l’arrivée de votre formulaire."
        in page.lines
    )
    assert "Rejoindre la séance" not in page.text


def test_what_cannot_be_is_refused_with_a_sentence(client, session, signs_up, at):
    session.capacity = 1
    signs_up(BELA, session)
    with at(session, -5):
        token = read(client.get("/vto/emploi")).values["form_token"]
    with at(session, 5):
        form = filled(form_token=token, take="some", sessions=[session.public_id])
        answer = client.post("/vto/emploi/register", data=form)

    assert answer.status_code == 422
    assert (
        "Elles sont terminées, fermées aux inscriptions, ou en cours et complètes\u00a0: choisissez-en une autre dans le programme."
        in read(answer).lines
    )


def test_the_same_form_sent_twice_leads_in_twice_also_where_it_took_the_last_seat(
    client, session, at, registrations
):
    session.capacity = 1
    db.session.commit()
    with at(session, 5):
        token = read(client.get("/vto/emploi")).values["form_token"]
        form = filled(form_token=token, take="some", sessions=[session.public_id])
        answers = [client.post("/vto/emploi/register", data=form) for _ in range(2)]

    assert [answer.location.split("/")[1] for answer in answers] == ["entry", "entry"]
    assert states(registrations()) == ["confirmed"]


@pytest.mark.parametrize(
    ("address", "minutes", "words"),
    [
        ("/vto/emploi", 14, "En cours\u00a0: s’inscrire jusqu’à 10\u00a0h\u00a015"),
        ("/vto/emploi/achats-responsables", 14, "En cours\u00a0: s’inscrire jusqu’à 10\u00a0h\u00a015"),
        ("/vto", 14, "En cours\u00a0: s’inscrire jusqu’à 10\u00a0h\u00a015"),
        ("/vto/emploi", 15, "En cours"),
        ("/vto/emploi/achats-responsables", 15, "En cours"),
    ],
)
def test_public_pages_say_until_when(client, session, at, address, minutes, words):
    with at(session, minutes):
        page = read(client.get(address))

    assert words in page.said("status")
    assert ("s’inscrire jusqu’à" in page.text) == (minutes < 15)
    assert any("#sign-up" in one for one in page.addresses) == (minutes < 15)


def test_who_mistyped_their_address_is_sent_the_way_in_at_the_right_one(session, late, outbox):
    ada = late(ADA, session).registrant
    readdress(ada, "ada.lovelace@town.example.org", now=session.starts_at + 6 * MINUTE)
    db.session.commit()

    mail = outbox()[-1]
    assert (mail.kind, mail.recipient) == ("confirmation", "ada.lovelace@town.example.org")
    assert links.join_link(ada, session) in plain_lines(written(mail))


def test_ones_own_page_offers_it_and_leads_in(client, two, signs_up, at, outbox):
    ada = signs_up(ADA, two[1]).registrant
    me, before = path(links.me_link(ada)), len(outbox())
    with at(two[0], 5):
        answer = press(client, f"{me}/sessions/{two[0].public_id}/take", asked_at=me)
        page = read(client.get(answer.location))

    assert "Elle a commencé\u00a0: l’accès est ci-dessous." in page.lines
    assert urlsplit(links.join_link(ada, two[0])).path in {urlsplit(one).path for one in page.addresses}
    assert len(outbox()) == before


def test_ones_own_page_offers_no_seat_where_none_is_left(client, two, signs_up, at):
    two[0].capacity = 1
    ada = signs_up(ADA, two[1]).registrant
    signs_up(BELA, two[0])
    with at(two[0], 5):
        assert two[0].title not in read(client.get(path(links.me_link(ada)))).text
        with pytest.raises(SessionNotOpen):
            take(ada, two[0], now=two[0].starts_at + 5 * MINUTE)
