"""Whoever a limit refuses is told when to come back and whom to write to."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import post, sign_in
from tests.page import Page, read
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organiser
from webinars.storage.extensions import db

NOON = datetime(2026, 3, 2, 12, 20, tzinfo=UTC)
CONTACT = {
    "fr": "Si cela continue, écrivez à contact@vto.example.org.",
    "en": "If it goes on, write to contact@vto.example.org.",
}


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOON, tick=False):
        yield


def guess(client: FlaskClient, number: int, language: str = "fr"):
    data = {"email": "nadia@vto.example.org", "password": f"guess number {number}"}
    return post(client, "/sign-in", data, headers={"Accept-Language": language})


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "fr",
            "Trop d’essais\u00a0: attendez 30\u00a0secondes, puis recommencez. {contact} «\u00a0Mot de passe oublié\u00a0» répond tout de suite.",
        ),
        (
            "en",
            "Too many attempts: wait 30 seconds, then try again. {contact} “Forgotten password” works at once.",
        ),
    ],
)
def test_a_paused_sign_in_says_when_and_whom(
    client: FlaskClient, nadia: Organiser, language: str, sentence: str
):
    answer = [guess(client, number, language) for number in range(6)][-1]

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert sentence.format(contact=CONTACT[language]) in read(answer).lines


def ask(client: FlaskClient, number: int):
    return post(client, "/forgotten-password", {"email": f"a{number}@town.example.org"})


def test_too_many_forgotten_passwords_from_one_client_are_refused_with_what_was_typed(
    app: Flask, nadia: Organiser, outbox
):
    client = app.test_client()
    answers = [ask(client, number) for number in range(21)]

    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    assert answers[-1].headers["Retry-After"] == "2400"
    assert (
        "Trop d’essais\u00a0: attendez 40\u00a0minutes, puis recommencez. Si cela continue, écrivez à contact@vto.example.org."
        in read(answers[-1]).lines
    )
    assert read(answers[-1]).values["email"] == "a20@town.example.org"
    assert len(outbox()) == 20
    with time_machine.travel(NOON + timedelta(minutes=40), tick=False):
        assert ask(client, 21).status_code == 303


def test_the_page_after_a_forgotten_password_tells_everybody_the_limit_of_an_address(
    client: FlaskClient, nadia: Organiser, outbox
):
    pages = [
        client.get(post(client, "/forgotten-password", {"email": email}).location).text
        for email in ["nadia@vto.example.org"] * 5 + ["nobody@vto.example.org"]
    ]

    assert len(set(pages)) == 1
    assert (
        "Au plus 3 liens par heure partent vers une adresse\u00a0: si vous en avez demandé davantage, utilisez le "
        "dernier, ou recommencez dans une heure. Toujours rien\u202f? Écrivez à contact@vto.example.org."
    ) in Page(pages[0]).lines
    assert len(outbox()) == 4


def test_a_change_of_password_that_is_paused_says_when_and_whom(app: Flask, nadia: Organiser):
    nadia.password_hash = hash_password(PASSWORD)
    db.session.commit()
    desk = sign_in(app.test_client(), nadia)
    data = {"password": "une autre girafe traverse", "again": "une autre girafe traverse"}
    answers = [
        post(desk, "/organise/account/password", {"old_password": f"wrong {number}", **data})
        for number in range(6)
    ]

    assert (
        read(answers[-1]).error_for("old_password")
        == "Trop d’essais\u00a0: attendez 30\u00a0secondes, puis recommencez. Si cela continue, écrivez à contact@vto.example.org."
    )
    assert "attendez" not in answers[0].text


def test_a_site_without_an_organisation_names_nobody(app: Flask):
    client = app.test_client()
    answer = [ask(client, number) for number in range(21)][-1]

    assert answer.status_code == 429
    assert "None" not in answer.text
