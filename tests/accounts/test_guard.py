"""Who comes in."""

from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.signed_in import post, sign_in
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


def test_what_is_for_administrators_is_closed_to_organisers(app: Flask, otto: Organiser) -> None:
    client = sign_in(app.test_client(), otto)

    assert client.get("/organise/vto/settings").status_code == 403


def test_a_post_without_the_token_of_this_browser_changes_nothing(desk: FlaskClient) -> None:
    assert desk.post("/organise/vto/settings", data={"name": "Another"}).status_code == 400


def test_a_post_helper_is_let_in(desk: FlaskClient) -> None:
    assert post(desk, "/sign-out").status_code == 303
