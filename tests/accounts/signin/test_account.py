"""One's own account."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.conftest import ANOTHER, PASSWORD
from tests.accounts.signed_in import post, session_cookie, sign_in
from tests.page import read
from webinars.accounts.credentials.passwords import is_password
from webinars.accounts.models import BrowserSession, Organiser
from webinars.accounts.signin.account_routes import agent_words
from webinars.storage.extensions import db

CHANGE = {"old_password": PASSWORD, "password": ANOTHER}


def sessions_count() -> int:
    return db.session.scalar(select(func.count()).select_from(BrowserSession)) or 0


def test_name_and_language_are_ones_own(desk: FlaskClient, nadia: Organiser) -> None:
    assert post(desk, "/organise/account", {"name": " Nadia  B. ", "language": "en"}).status_code == 303
    db.session.refresh(nadia)

    assert (nadia.name, nadia.language) == ("Nadia B.", "en")
    assert read(desk.get("/organise/account")).notices == ["Your account is saved."]


def test_a_changed_password_ends_every_other_session(app: Flask, desk: FlaskClient, nadia: Organiser) -> None:
    elsewhere = sign_in(app.test_client(), nadia)
    before = desk.get_cookie(session_cookie())
    answer = post(desk, "/organise/account/password", CHANGE)

    assert answer.location == "/organise/account"
    assert desk.get("/organise/account").status_code == 200
    assert desk.get_cookie(session_cookie()) != before
    assert elsewhere.get("/organise/account").status_code == 303
    assert sessions_count() == 1
    db.session.refresh(nadia)
    assert is_password(ANOTHER, nadia.password_hash)


def test_without_the_old_password_nothing_changes(desk: FlaskClient, nadia: Organiser) -> None:
    before = nadia.password_hash
    page = post(desk, "/organise/account/password", {**CHANGE, "old_password": "not the old one"})
    db.session.refresh(nadia)

    assert (page.status_code, nadia.password_hash == before) == (200, True)
    assert list(read(page).summary) == ["old_password"]


def test_the_old_password_cannot_be_guessed_from_an_open_browser(desk: FlaskClient, nadia: Organiser) -> None:
    for n in range(5):
        post(desk, "/organise/account/password", {**CHANGE, "old_password": f"guess {n}"})
    page = post(desk, "/organise/account/password", CHANGE)

    assert (page.status_code, list(read(page).summary)) == (200, ["old_password"])


def test_ones_browsers_are_listed_and_can_be_signed_out(
    app: Flask, desk: FlaskClient, nadia: Organiser
) -> None:
    elsewhere = sign_in(app.test_client(), nadia)
    cookie = desk.get_cookie(session_cookie())
    assert cookie is not None
    digests = db.session.scalars(select(BrowserSession.digest)).all()
    page = desk.get("/organise/account/sessions").text
    ends = [digest for digest in digests if f"/organise/account/sessions/{digest}/end" in page]

    assert len(ends) == 1
    post(desk, f"/organise/account/sessions/{ends[0]}/end")
    assert elsewhere.get("/organise/account").status_code == 303
    assert desk.get("/organise/account").status_code == 200


def test_all_others_can_be_signed_out_at_once(app: Flask, desk: FlaskClient, nadia: Organiser) -> None:
    for _ in range(3):
        sign_in(app.test_client(), nadia)
    post(desk, "/organise/account/sessions/end")

    assert sessions_count() == 1
    assert desk.get("/organise/account").status_code == 200


def test_somebody_elses_browser_cannot_be_signed_out(
    app: Flask, desk: FlaskClient, nadia: Organiser, otto: Organiser
) -> None:
    theirs = sign_in(app.test_client(), otto)
    digest = db.session.scalars(
        select(BrowserSession.digest).where(BrowserSession.organiser_id == otto.id)
    ).one()
    post(desk, f"/organise/account/sessions/{digest}/end")

    assert theirs.get("/organise/account").status_code == 200


def test_a_browser_is_named_in_words(app: Flask) -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36 Edg/120"
    with app.test_request_context("/?lang=en"):
        words = [agent_words(agent) for agent in (firefox, edge, "", "curl/8")]

    assert words == ["Firefox on Linux", "Edge on Windows"] + ["A browser that does not say its name"] * 2


def test_one_organisation_is_entered_at_once(desk: FlaskClient) -> None:
    assert desk.get("/organise/").location == "/organise/vto"
