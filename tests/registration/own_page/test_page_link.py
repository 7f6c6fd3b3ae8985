"""« M'envoyer ma page par courriel » at the door of a session, whose address stands in calendars that others see."""

from datetime import timedelta

import pytest
import time_machine

from tests.actors import NADIA
from tests.conftest import NOW
from tests.page import read
from tests.planning.deeds import cancel_session
from tests.registration.conftest import ADA, BELA, written
from tests.registration.morning import in_paris
from tests.registration.reading_mails import LANGUAGES, bodies
from tests.registration.visitor import path, press
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email, MailState
from webinars.outbox.queue.blocked_addresses import mark_address
from webinars.registration import links, queries
from webinars.registration.actions import mute, withdraw
from webinars.registration.letters.page_link import KIND
from webinars.storage.extensions import db

BUTTON = "M’envoyer ma page par courriel"
ASKED = "Page personnelle demandée"

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture(autouse=True)
def with_a_mail_server(with_settings):
    with_settings(mail_server="mail.example.org")


@pytest.fixture
def ada(session, signs_up):
    return signs_up(ADA, session).registrant


@pytest.fixture
def door(ada, session):
    return path(links.join_link(ada, session))


@pytest.fixture
def asks(client, door):
    """`asks()`: presses the button of the door; answers the page that follows."""
    token = read(client.get(door)).values["form_token"]

    def press_it():
        answer = client.post(f"{door}/page", data={"form_token": token})
        assert answer.status_code == 303
        return read(client.get(answer.location.partition("#")[0]))

    return press_it


@pytest.fixture
def sent():
    """`sent()`: the mails that lead to somebody's page."""
    return lambda: list(db.session.scalars(db.select(Email).filter_by(kind=KIND).order_by(Email.id)))


def test_the_page_goes_to_the_address_of_whose_link_it_is_and_nowhere_else(
    ada, session, signs_up, asks, sent
):
    signs_up(BELA, session)

    page = asks()

    [mail] = sent()
    assert mail.recipient == ADA.email
    assert page.part("my-page").text == ASKED
    assert page.title == "En route\u00a0: votre page personnelle – Villes et Territoires Occitanie"
    assert [BUTTON in page.buttons, "ada" in page.text.lower(), ADA.email in page.text] == [False] * 3
    assert ada.proved_at is None  # whoever sees a shared calendar may press it


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_mail_leads_to_the_page_and_says_who_may_have_asked(client, session, signs_up, sent, language):
    ada = signs_up(ADA, session, language=language).registrant
    door = path(links.join_link(ada, session))
    press(client, f"{door}/page", door)

    message = written(sent()[0])

    assert message["Subject"].startswith(
        {"fr": "Votre page personnelle", "en": "Your personal page"}[language]
    )
    for body in bodies(message):
        assert links.me_link(ada) in body.addresses
        assert {"fr": "agenda partagé", "en": "shared calendar"}[language] in body.text


def test_presses_in_one_hour_send_it_once(asks, sent, today):
    first, second = asks(), asks()
    assert (len(sent()), first.lines) == (1, second.lines)
    assert any("à partir de 11\u00a0h" in line for line in second.lines)

    db.session.execute(db.update(Email).values(state=MailState.SENT, sent_at=NOW))
    db.session.commit()
    today.move_to(NOW + timedelta(minutes=59))
    asks()
    assert len(sent()) == 1
    today.move_to(NOW + timedelta(minutes=61))
    asks()
    assert len(sent()) == 2


def test_one_that_waits_for_its_server_is_not_joined_by_another(asks, sent, today):
    asks()
    today.move_to(NOW + timedelta(hours=5))
    assert asks().part("my-page").text == ASKED
    assert len(sent()) == 1


def test_one_that_came_back_may_be_asked_for_again(asks, sent, today):
    asks()
    today.shift(60)
    db.session.execute(db.update(Email).where(Email.kind == KIND).values(state=MailState.FAILED))
    db.session.commit()
    asks()
    assert len(sent()) == 2


def test_beyond_what_an_address_is_sent_in_a_day_it_leaves_in_the_morning(asks, sent, with_settings):
    with_settings(mails_per_address=2)  # the sign-up's
    page = asks()

    assert [mail.not_before for mail in sent()] == [in_paris(3, 7)]
    assert any("demain matin" in line for line in page.lines)  # said to everybody


def test_who_silenced_announcements_has_their_page_all_the_same(ada, asks, sent):
    mute(ada, now=NOW)
    db.session.commit()
    asks()
    assert len(sent()) == 1


@pytest.mark.parametrize("lacks", ["address", "mail comes back"])
def test_whom_no_mail_reaches_is_promised_none(client, ada, door, asks, sent, lacks):
    if lacks == "address":
        ada.email = ada.email_key = None
    else:
        mark_address(ADA.email, reason="5.1.1 unknown", now=NOW)
    db.session.commit()

    page = read(client.get(door))
    asks()

    assert BUTTON not in page.buttons
    assert any("aucun de nos messages ne vous parvient" in line for line in page.lines)
    assert sent() == []


def test_without_a_mail_server_it_is_kept_and_the_page_says_so(client, door, asks, with_settings):
    with_settings(mail_server="")
    before, after = read(client.get(door)), asks()
    for page in (before, after):
        assert any("Ce site n’envoie pas encore de courriel" in line for line in page.lines)
        assert not any("Nous l’envoyons" in line or "Elle part" in line for line in page.lines)


def test_looking_sends_nothing(client, door, sent):
    assert [client.get(f"{door}/page").status_code, client.head(f"{door}/page").status_code] == [405, 405]
    assert client.get(f"{door}?done=page").status_code == 200
    assert client.head(f"{door}?done=page").status_code == 200
    assert sent() == []
    assert ASKED not in read(client.get(f"{door}?done=page")).lines


def test_a_press_without_the_page_s_token_sends_nothing_and_says_so(client, door, sent):
    page = read(client.post(f"{door}/page", data={"form_token": "x"}))

    assert sent() == []
    assert page.title.startswith("Erreur")
    assert any(line.startswith("La demande n’est pas partie") for line in page.lines)
    assert BUTTON in page.buttons


@pytest.mark.parametrize("since", ["another address", "the cycle goes"])
def test_what_has_become_untrue_does_not_leave(client, cycle, ada, door, asks, sent, since):
    asks()
    [mail] = sent()
    if since == "another address":
        ada.email = ada.email_key = "new@town.example.org"
    else:
        cycle.ask_deletion(by=NADIA, now=NOW)
    db.session.commit()
    with pytest.raises(ReasonGone):
        WRITERS[KIND](mail, Batch([mail], NOW))
    assert (BUTTON in read(client.get(door)).buttons) is (since == "another address")


@pytest.mark.parametrize("state", ["early", "today", "open", "over", "withdrawn", "cancelled"])
def test_every_door_offers_it(client, ada, session, door, state):
    if state == "withdrawn":
        withdraw(queries.live_registration(ada.id, session.id), now=NOW)
    if state == "cancelled":
        cancel_session(session, by=NADIA, now=NOW)
    db.session.commit()
    minutes = {"today": -60, "open": -5, "over": 300}
    at = session.starts_at + timedelta(minutes=minutes[state]) if state in minutes else NOW
    with time_machine.travel(at, tick=False):
        assert BUTTON in read(client.get(door)).buttons
