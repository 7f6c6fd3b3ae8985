"""Who comes in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.signed_in import post, sign_in
from tests.page import read
from webinars.accounts.models import Organisation, Organiser


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(
    client: FlaskClient, organisation: Organisation
) -> None:
    answer = client.get("/organise/vto/settings?part=logo")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/organise/vto/settings%3Fpart%3Dlogo"


def test_a_member_comes_in(desk: FlaskClient) -> None:
    assert desk.get("/organise/vto/settings").status_code == 200


def test_another_organisation_does_not_exist(desk: FlaskClient) -> None:
    assert desk.get("/organise/elsewhere/settings").status_code == 404


def test_what_is_for_administrators_is_closed_to_organisers(
    app: Flask, nadia: Organiser, otto: Organiser
) -> None:
    client = sign_in(app.test_client(), otto)

    page = client.get("/organise/vto/settings?lang=en")
    assert page.status_code == 403
    assert "In your organisation Nadia Benali may open it: ask for what you need." in read(page).lines


@pytest.mark.parametrize("address", ["/organise/vto", "/organise/vto/cycles", "/organise/account"])
def test_only_administrators_are_shown_the_way_to_the_settings(
    app: Flask, nadia: Organiser, otto: Organiser, address: str
) -> None:
    pages = [read(sign_in(app.test_client(), one).get(address)) for one in (nadia, otto)]

    assert ["/organise/vto/settings" in page.addresses for page in pages] == [True, False]


def test_a_post_without_the_token_of_this_browser_changes_nothing(desk: FlaskClient) -> None:
    assert desk.post("/organise/vto/settings", data={"name": "Another"}).status_code == 400


def test_a_post_helper_is_let_in(desk: FlaskClient) -> None:
    assert post(desk, "/sign-out").status_code == 303
