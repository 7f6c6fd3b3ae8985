"""Pages promise what happens: nothing leaves for what is past, cancelled, held back, or to an address that returns mail."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA, CLEO, written
from tests.registration.morning import in_paris
from tests.registration.reading_mails import text_of
from tests.registration.reading_pages import send
from tests.registration.visitor import path
from webinars.cycles.states import SessionState
from webinars.outbox.models import AddressMark
from webinars.registration import links
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")


def test_the_answer_of_a_sign_up_read_later_promises_nothing_for_what_is_over(client, two):
    location = send(client).location.rpartition("/")[0]
    with time_machine.travel(two[0].starts_at, tick=False):
        one_left = read(client.get(location))
    two[1].state, two[1].cancelled_at = SessionState.CANCELLED, NOW
    db.session.commit()
    with time_machine.travel(two[0].starts_at, tick=False):
        none_left = read(client.get(location))

    assert one_left.heading == "Vous suivez tout le cycle\u00a0: deux places"
    assert "La séance a commencé." in one_left.lines
    assert "L’accès est dans le message envoyé à l’adresse que vous avez donnée." in one_left.lines
    assert "Commencée ou passée" not in one_left.text
    assert none_left.heading == "Vous suivez tout le cycle\u00a0: une place"
    assert "Annulée" in none_left.said("status")
    assert one_left.text.count("Acceptez-la") == 1
    assert "Acceptez" not in none_left.text


def test_who_waits_when_the_session_begins_is_promised_nothing(client, cycle, add_session, signs_up):
    full = add_session(cycle, capacity=1)
    signs_up(CLEO, full)
    page = path(links.me_link(signs_up(ADA, full).registrant))
    before = read(client.get(page)).text
    with time_machine.travel(full.starts_at + timedelta(minutes=1), tick=False):
        after = read(client.get(page)).text

    assert "Si une place vous revient avant le début de la séance, vous recevez l’invitation." in before
    assert "vous recevez l’invitation" not in after
    assert "La séance a commencé\u00a0: aucune place ne s’est libérée." in after


def test_an_address_that_returns_mail_is_promised_none(client, session, signs_up):
    page = path(links.me_link(signs_up(ADA, session).registrant))
    db.session.add(AddressMark(recipient_key=ADA.email, marked_at=NOW, reason="5.1.1"))
    db.session.commit()
    page = read(client.get(f"{page}?done=taken&session={session.public_id}"))

    assert "contact@vto.example.org" in page.callouts["Nos messages à ada@town.example.org nous reviennent"]
    assert "invitation est en route" not in page.text
    assert "Vous recevez les rappels" not in page.text


def test_the_personal_page_says_when_what_is_held_back_leaves(client, two, signs_up, with_settings):
    with_settings(sign_ups_per_address=1)
    signs_up(ADA, two[0])
    ada = signs_up(ADA, two[1]).registrant
    page = path(links.me_link(ada))

    assert "elle part le mardi 3 mars 2026 au matin" in read(client.get(page)).text.replace("\u00a0", " ")
    with time_machine.travel(two[1].starts_at, tick=False):
        assert "retenue" not in client.get(page).text


def test_a_confirmation_does_not_call_a_seat_confirmed_that_is_no_more(
    cycle, add_session, two, signs_up, outbox
):
    gone = add_session(cycle, "Annulée depuis", days=12)
    past = add_session(cycle, "Passée depuis", days=1)
    signs_up(ADA, two[0], gone, past)
    gone.state, gone.cancelled_at = SessionState.CANCELLED, NOW
    db.session.commit()

    signs_up(ADA, two[1], now=in_paris(4, 12))

    lines = text_of(written(outbox()[-1])).splitlines()
    states = {title: lines[lines.index(f"* {title}") + 2].strip() for title in (gone.title, past.title)}
    assert states == {"Annulée depuis": "Annulée", "Passée depuis": "Commencée ou passée"}
