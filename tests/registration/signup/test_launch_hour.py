"""The hour after a mailing: people of one administration share one network address, and all of them come in."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from tests.page import read
from tests.registration.reading_pages import filled, registrants, said_to, send
from webinars.limits.models import Tally
from webinars.outbox.models import Email, MailState
from webinars.registration.models import Registration, RegistrationState
from webinars.storage.extensions import db

TOWN_HALL = {"REMOTE_ADDR": "192.0.2.80"}


@pytest.fixture(autouse=True)
def as_in_service(with_settings):
    with_settings(sign_ups_per_hour=300, sign_ups_per_address=6, mails_per_address=30)


def sign_up(client, number, token):
    data = filled(form_token=token, email=f"agent{number}@valbrune.example.org", first_name=f"Agent {number}")
    return client.post("/vto/emploi/register", data=data, environ_base=TOWN_HALL)


@pytest.mark.full
def test_two_hundred_people_behind_one_address_are_in_within_ten_minutes_and_have_their_mails(client, two):
    with time_machine.travel(NOW, tick=False) as clock:
        answers = []
        for number in range(200):
            token = read(client.get("/vto/emploi")).values["form_token"]
            clock.shift(timedelta(seconds=3))
            answers.append(sign_up(client, number, token).status_code)

        assert answers == [303] * 200
        assert len(registrants()) == 200
        seats = db.session.scalars(db.select(Registration.state)).all()
        assert seats == [RegistrationState.CONFIRMED] * 400
        mails = db.session.execute(db.select(Email.recipient_key, Email.kind, Email.state)).all()
        assert {mail.state for mail in mails} == {MailState.QUEUED}
        assert sorted((mail.recipient_key, mail.kind) for mail in mails) == sorted(
            (f"agent{number}@valbrune.example.org", kind)
            for number in range(200)
            for kind in ("confirmation", "invitation", "invitation")
        )


def test_the_three_hundred_and_first_of_an_hour_is_told_when_and_whom(client, two, with_settings):
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False) as clock:
        token = read(client.get("/vto/emploi")).values["form_token"]
        assert sign_up(client, 0, token).status_code == 303
        db.session.execute(db.update(Tally).values(count=299))
        db.session.commit()

        assert sign_up(client, 300, token).status_code == 303
        refused = sign_up(client, 301, token)

        page = read(refused)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "2400"
        assert (
            "Beaucoup d’inscriptions sont venues de votre réseau au cours de cette heure. Gardez cette page ouverte et "
            "appuyez de nouveau sur le bouton à partir de 11\u00a0h (heure de Paris), ou écrivez à "
            "contact@vto.example.org."
        ) in page.lines
        assert page.values["email"] == "agent301@valbrune.example.org"
        db.session.rollback()
        assert len(registrants()) == 2

        clock.shift(timedelta(minutes=40))
        assert sign_up(client, 301, page.values["form_token"]).status_code == 303


def test_a_form_that_is_refused_counts_as_no_sign_up(client, two, with_settings):
    with_settings(sign_ups_per_hour=2)
    with time_machine.travel(NOW, tick=False):
        assert [send(client, first_name="").status_code for _ in range(5)] == [422] * 5
        assert [send(client, take="some", sessions=["x"]).status_code for _ in range(3)] == [422] * 3

        emails = [f"a{n}@town.example.org" for n in range(3)]
        assert [send(client, email=email).status_code for email in emails] == [303, 303, 429]


def test_a_form_refused_by_the_limit_says_it_in_english_too(client, two, with_settings):
    with_settings(sign_ups_per_hour=1)
    with time_machine.travel(NOW, tick=False):
        send(client, lang="en")
        page = read(send(client, lang="en", email="late@town.example.org"))

    assert (
        "Many sign-ups came from your network within this hour. Keep this page open and press the button again from "
        "11:00 on (Paris time), or write to contact@vto.example.org."
    ) in page.lines


def test_the_page_tells_everybody_the_same_about_mails_held_back(client, two):
    sentence = (
        "Si cette adresse a déjà reçu beaucoup de messages aujourd’hui, les suivants partent demain matin."
    )
    with time_machine.travel(NOW, tick=False) as clock:
        pages = []
        for _ in range(9):
            clock.shift(timedelta(minutes=1))
            pages.append(said_to(client.get(send(client, email="victim@town.example.org").location)))
        stranger = client.get(send(client, email="stranger@town.example.org").location)

    assert set(pages) == {said_to(stranger)}
    assert sentence in read(stranger).text
    states = db.session.scalars(db.select(Email.state).where(Email.kind == "confirmation").order_by(Email.id))
    assert states.all() == [MailState.QUEUED] * 6 + [MailState.WITHHELD] * 3 + [MailState.QUEUED]
