"""An address has proved itself when its owner acted; opening a mail or a link proves nothing."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from tests.conftest import NOW
from tests.registration.conftest import ADA
from tests.registration.visitor import press
from webinars.registration import links
from webinars.registration.address_change import readdress
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def ada(session, signs_up):
    return signs_up(ADA, session).registrant


def path(link):
    return urlsplit(link).path


def proved_at(ada):
    db.session.expire_all()
    return db.session.get_one(Registrant, ada.id).proved_at


def test_signing_up_and_reading_prove_nothing(client, ada, session, signs_up):
    signs_up(ADA, session)
    me, leave = path(links.me_link(ada)), path(links.unsubscribe_link(ada))
    for address in (me, f"{me}/withdraw", f"{me}/identity", leave, path(links.join_link(ada, session))):
        client.get(address)
        client.head(address)

    assert proved_at(ada) is None


@pytest.mark.parametrize("what", ["reminders", "consents", "invitations", "withdraw"])
def test_each_button_of_the_personal_page_proves_it(client, ada, what):
    me = path(links.me_link(ada))

    press(client, f"{me}/{what}", asked_at=me)

    assert proved_at(ada) == NOW


def test_a_button_on_a_page_that_is_not_ours_proves_nothing(client, ada):
    me = path(links.me_link(ada))
    client.post(f"{me}/reminders", data={"form_token": "forged"})
    client.post(f"{me}/reminders")

    assert proved_at(ada) is None


def test_the_click_of_a_mail_program_proves_nothing_and_the_button_of_the_page_does(client, ada):
    address = path(links.unsubscribe_link(ada))
    client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert proved_at(ada) is None

    press(client, address)

    assert proved_at(ada) == NOW


def test_the_button_into_an_open_room_proves_it_and_no_other_visit_does(client, ada, session):
    link = path(links.join_link(ada, session))
    client.post(link)  # the room is not open
    assert proved_at(ada) is None

    with time_machine.travel(session.starts_at, tick=False):
        client.post(link)

    assert proved_at(ada) == session.starts_at


def test_the_first_proof_is_the_one_that_is_kept(client, ada):
    me = path(links.me_link(ada))
    press(client, f"{me}/reminders", asked_at=me)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        press(client, f"{me}/reminders", asked_at=me)

    assert proved_at(ada) == NOW


def test_another_address_has_yet_to_prove_itself(client, ada):
    me = path(links.me_link(ada))
    press(client, f"{me}/reminders", asked_at=me)

    readdress(ada, "ada@elsewhere.example.org", now=NOW)
    db.session.commit()

    assert proved_at(ada) is None
