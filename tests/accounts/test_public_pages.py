"""Who is signed in meets public pages as everybody does: no cookie counts there (specification/security, rule 10)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.page import read
from tests.rules.test_access import blueprint_of, filled, rules
from webinars.accounts.models import Organiser
from webinars.cycles.models import Session
from webinars.storage.extensions import db
from webinars.web.access import PublicBlueprint

ADDRESSES = ["/", "/vto", "/vto/emploi", "/vto?q=emploi", "/privacy/vto"]


def test_no_public_or_personal_answer_varies_with_a_cookie(
    app: Flask, desk: FlaskClient, session: Session
) -> None:
    public = [
        filled(rule)
        for rule in rules(app)
        if "GET" in (rule.methods or ()) and isinstance(blueprint_of(app, rule), PublicBlueprint)
    ]
    varying = set()
    for address in [*ADDRESSES, f"/vto/emploi/{session.slug}", *public]:
        headers = desk.get(address).headers
        if "cookie" in headers.get("Vary", "").lower() or "Set-Cookie" in headers:
            varying.add(address)

    assert len(public) > 20
    assert varying == set()


@pytest.mark.parametrize("address", ["/organise/account", "/sign-in"])
def test_pages_that_know_who_asks_say_so(desk: FlaskClient, client: FlaskClient, address: str) -> None:
    assert "Cookie" in desk.get(address).headers["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_language_of_an_account_is_not_that_of_public_pages(
    desk: FlaskClient, client: FlaskClient, nadia: Organiser, session: Session, address: str
) -> None:
    nadia.language = "en"
    db.session.commit()

    assert read(desk.get("/organise/account")).language == "en"
    assert read(desk.get(address)).language == read(client.get(address)).language == "fr"
