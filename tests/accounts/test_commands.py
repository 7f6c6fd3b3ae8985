"""The first account, from the command line."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import post
from webinars.accounts.models import Membership, Organisation, Organiser, Role
from webinars.storage.extensions import db

ANNE = [
    "organiser",
    "create",
    "--email",
    "anne@reseau.example.org",
    "--name",
    "Anne Roux",
    "--organisation",
    "Réseau Nord",
]


def test_the_first_account_makes_its_organisation_and_prints_the_link(
    app: Flask, client: FlaskClient
) -> None:
    told = app.test_cli_runner().invoke(args=[*ANNE, "--json"])
    facts = json.loads(told.output)
    answer = post(client, facts["link"].removeprefix("http://localhost"), {"password": PASSWORD})

    assert (facts["organisation"], facts["role"]) == ("reseau-nord", "administrator")
    assert answer.location == "/organise/"


def test_what_is_missing_is_asked(app: Flask) -> None:
    told = app.test_cli_runner().invoke(
        args=["organiser", "create"], input="anne@reseau.example.org\nAnne Roux\nRéseau Nord\n"
    )

    assert told.exit_code == 0
    assert "/set-password/" in told.output


def test_a_password_may_come_from_standard_input(app: Flask, client: FlaskClient) -> None:
    told = app.test_cli_runner().invoke(args=[*ANNE, "--password"], input=PASSWORD + "\n")

    assert told.exit_code == 0
    assert (
        post(client, "/sign-in", {"email": "anne@reseau.example.org", "password": PASSWORD}).status_code
        == 303
    )


@pytest.mark.parametrize("password", ["short", "motdepasse1234", "anneroux1234"])
def test_a_poor_password_makes_no_account(app: Flask, password: str) -> None:
    told = app.test_cli_runner().invoke(args=[*ANNE, "--password"], input=password + "\n")
    db.session.rollback()

    assert told.exit_code == 1
    assert db.session.scalars(select(Organiser)).all() == []


def test_a_second_account_joins_the_organisation_that_exists(app: Flask, organisation: Organisation) -> None:
    args = [
        "--email",
        "anne@reseau.example.org",
        "--name",
        "Anne Roux",
        "--organisation",
        "vto",
        "--role",
        "organiser",
    ]
    app.test_cli_runner().invoke(args=["organiser", "create", *args])
    membership = db.session.scalars(select(Membership)).one()

    assert (membership.organisation_id, membership.role) == (organisation.id, Role.ORGANISER)


def test_a_wrong_address_is_said_with_a_sentence(app: Flask) -> None:
    told = app.test_cli_runner().invoke(
        args=["organiser", "create", "--email", "anne@reseau", "--name", "A", "--organisation", "B"]
    )

    assert told.exit_code == 2
    assert "has no ending such as .fr" in told.output


def test_who_is_a_member_already_is_not_created_again(app: Flask, nadia: Organiser) -> None:
    told = app.test_cli_runner().invoke(
        args=["organiser", "create", "--email", nadia.email, "--name", "Nadia", "--organisation", "vto"]
    )

    assert (told.exit_code, told.output) == (1, "Error: This person is already a member\n")


def test_an_invitation_leaves_by_mail(app: Flask, organisation: Organisation, outbox: object) -> None:
    args = ["--email", "ines@vto.example.org", "--name", "Inès Aït", "--organisation", "vto"]
    told = app.test_cli_runner().invoke(args=["organiser", "invite", *args])

    assert told.exit_code == 0
    assert [(mail.kind, mail.recipient) for mail in outbox()] == [
        ("organiser_invitation", "ines@vto.example.org")
    ]  # type: ignore[operator]


def test_an_organisation_that_is_not_there_is_named(app: Flask) -> None:
    args = ["--email", "ines@vto.example.org", "--name", "Inès Aït", "--organisation", "nowhere"]
    told = app.test_cli_runner().invoke(args=["organiser", "invite", *args])

    assert told.output == "Error: no organisation is called “nowhere”\n"


def test_a_link_can_be_printed_for_who_receives_no_mail(
    app: Flask, client: FlaskClient, nadia: Organiser
) -> None:
    told = app.test_cli_runner().invoke(args=["organiser", "link", "--email", nadia.email])

    assert client.get(told.output.strip().removeprefix("http://localhost")).status_code == 200
    assert (
        app.test_cli_runner().invoke(args=["organiser", "link", "--email", "no@vto.example.org"]).exit_code
        == 1
    )
