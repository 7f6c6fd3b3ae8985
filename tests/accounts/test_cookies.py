"""Cookies: which, on which pages, with which flags."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import Browser, post, session_cookie
from tests.conftest import NOW
from tests.page import read
from webinars import create_app
from webinars.accounts import actions
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organiser, Role
from webinars.storage.database import Model
from webinars.storage.extensions import db


@pytest.fixture
def https_client(settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser on an instance in service behind https, where Anne has an account."""
    app = create_app(
        replace(
            settings,
            folder=tmp_path,
            public_url="https://webinars.example.org",
            trusted_hosts=("webinars.example.org",),
            database_url=f"sqlite:///{tmp_path / 'https.db'}",
        )
    )
    app.testing, app.test_client_class = True, Browser
    with app.app_context():
        Model.metadata.create_all(db.engine)
        house = actions.create_organisation(
            "Réseau Nord", contact="nord@example.org", language="fr", timezone="Europe/Paris", now=NOW
        )
        member = actions.add_member(
            house, email="anne@example.org", name="Anne", role=Role.ADMINISTRATOR, language="fr", now=NOW
        )
        member.organiser.password_hash = hash_password(PASSWORD)
        db.session.commit()
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


def flags(answer: TestResponse) -> dict[str, set[str]]:
    """Each cookie the answer sets, with its flags."""
    cookies = [cookie.split("; ") for cookie in answer.headers.getlist("Set-Cookie")]
    return {
        parts[0].partition("=")[0]: {part for part in parts[1:] if "=" not in part or "Site" in part}
        for parts in cookies
    }


def test_over_https_every_cookie_is_bound_to_the_host_and_hidden(https_client: FlaskClient) -> None:
    https = {
        "base_url": "https://webinars.example.org",
        "headers": {"Referer": "https://webinars.example.org/sign-in"},
    }
    page = https_client.get("/sign-in", **https)
    data = {"csrf_token": read(page).values["csrf_token"], "email": "anne@example.org", "password": PASSWORD}
    entered = https_client.post("/sign-in", data=data, **https)
    saved = _save_account(https_client, https)
    whole = {"Secure", "HttpOnly", "SameSite=Lax"}

    assert flags(page) == {"__Host-webinars": whole}
    assert flags(entered) == {"__Host-webinars": whole, "__Host-webinars-known": whole}
    assert flags(saved) == {"__Host-webinars-said": whole}
    for answer in (page, entered, saved):
        assert [cookie for cookie in answer.headers.getlist("Set-Cookie") if "Path=/" not in cookie] == []
        assert [cookie for cookie in answer.headers.getlist("Set-Cookie") if "Domain" in cookie] == []


def _save_account(client: FlaskClient, https: dict[str, object]) -> TestResponse:
    page = client.get("/organise/account", **https)  # type: ignore[arg-type]
    hidden = {name: read(page).values[name] for name in ("csrf_token", "shown")}
    data = {**hidden, "name": "Anne", "language": "en"}
    return client.post("/organise/account", data=data, **https)  # type: ignore[arg-type]


def test_a_post_from_another_page_is_refused_over_https(https_client: FlaskClient) -> None:
    https = {"base_url": "https://webinars.example.org"}
    token = read(https_client.get("/sign-in", **https)).values["csrf_token"]
    data = {"csrf_token": token, "email": "anne@example.org", "password": PASSWORD}
    headers = {"Origin": "https://evil.example", "Referer": "https://webinars.example.org/sign-in"}

    assert https_client.post("/sign-in", data=data, headers=headers, **https).status_code == 403


def test_pages_that_touch_no_session_send_no_cookie(desk: FlaskClient, client: FlaskClient) -> None:
    addresses = ["/health", "/robots.txt", "/accent/310.css", "/no-such-page/at/all", "/signed-out"]

    assert [flags(browser.get(address)) for browser in (desk, client) for address in addresses] == [{}] * 10


def test_a_page_of_the_desk_sends_no_cookie_unless_something_was_said(desk: FlaskClient) -> None:
    assert flags(desk.get("/organise/account")) == {}
    said = post(desk, "/organise/account", {"name": "Nadia Benali", "language": "fr"})
    shown = desk.get("/organise/account")

    assert list(flags(said)) == ["webinars-said"]
    assert len(read(shown).said("good")) == 1
    assert list(flags(shown)) == ["webinars-said"]
    assert read(desk.get("/organise/account")).said("good") == []


def test_a_forged_message_is_not_shown(desk: FlaskClient) -> None:
    desk.set_cookie("webinars-said", "WyJnb29kIiwiSGFja2VkIl0.forged.signature")

    assert "Hacked" not in desk.get("/organise/account").text


def test_the_cookie_of_a_known_browser_names_nobody(client: FlaskClient, nadia: Organiser) -> None:
    post(client, "/sign-in", {"email": nadia.email, "password": PASSWORD})
    cookie = client.get_cookie("webinars-known")
    assert cookie is not None
    payload = cookie.value.partition(".")[0]
    known = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    assert len(known) == 1
    assert nadia.email not in json.dumps(known)


def test_a_forged_browser_is_not_known(app: Flask, client: FlaskClient, nadia: Organiser) -> None:
    client.set_cookie("webinars-known", "forged.signature.here")

    assert post(client, "/sign-in", {"email": nadia.email, "password": PASSWORD}).status_code == 303


def test_the_cookie_of_a_session_says_nothing_and_is_stored_nowhere(app: Flask, desk: FlaskClient) -> None:
    cookie = desk.get_cookie(session_cookie())
    assert cookie is not None
    with db.engine.connect() as connection:
        dump = "\n".join(
            str(row) for table in Model.metadata.sorted_tables for row in connection.execute(table.select())
        )

    assert cookie.value not in dump
    assert len(cookie.value) >= 43
    assert cookie.value not in desk.get("/organise/account").text


def test_signed_in_answers_are_kept_by_nobody(desk: FlaskClient) -> None:
    answer = desk.get("/organise/account")

    assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Cookie")
