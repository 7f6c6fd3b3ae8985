"""Redirects lead to pages of ours."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import post
from webinars.accounts.models import Organiser
from webinars.accounts.signin.routes import where_next

OUTSIDE = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "//\\evil.example", "https:evil.example",
    "https:/evil.example", "https:///evil.example", "http:evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@evil.example", "evil.example", "evil.example/organise",
    "/%2fevil.example", "/%2Fevil.example", "/%5cevil.example", "%2f%2fevil.example", "/%2f%2fevil.example", "//evil.example/%2f..",
    "/.//evil.example", "/..//evil.example", "/organise/..//evil.example", "/;/evil.example", "/@evil.example", "//@evil.example",
    "//localhost@evil.example", "http://localhost@evil.example", "http://localhost.evil.example", "http://localhost/organise/account",
    "//localhost/organise/account", "/\tevil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example",
    "/%09/evil.example", "/%0d%0aLocation:%20https://evil.example", "/\u2028/evil.example", "/\u3002evil.example", "／／evil.example",
    "//evil。example", "/\x00/evil.example", "/organise/account\r\nSet-Cookie: a=b", "?next=//evil.example", "#//evil.example",
]  # fmt: skip


def test_there_are_54_spellings() -> None:
    assert len(set(OUTSIDE)) == 54


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_no_spelling_leads_outside(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert where_next(wanted, otherwise="/organise/") == "/organise/"


@pytest.mark.parametrize("wanted", OUTSIDE)
def test_the_sign_in_page_does_not_even_carry_it(client: FlaskClient, wanted: str) -> None:
    page = client.get("/sign-in", query_string={"next": wanted})

    assert (page.status_code, "evil" in page.text) == (200, False)


def test_signing_in_with_a_forged_field_leads_home(client: FlaskClient, nadia: Organiser) -> None:
    data = {"email": nadia.email, "password": PASSWORD, "next": "//evil.example"}

    assert post(client, "/sign-in", data).location == "/organise/"


@pytest.mark.parametrize(
    "wanted", ["/organise/account", "/organise/vto/settings", "/organise/vto/settings?lang=en", "/organise/"]
)
def test_pages_of_ours_are_led_to(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert where_next(wanted, otherwise="/") == wanted


@pytest.mark.parametrize(
    "wanted", ["", "/sign-in", "/set-password/x", "/no/such/page/at/all", "/static/style.css", "/sign-out"]
)
def test_what_cannot_be_shown_after_signing_in_is_not(app: Flask, wanted: str) -> None:
    with app.test_request_context():
        assert where_next(wanted, otherwise="/home") == "/home"


@given(wanted=st.text(alphabet="/\\%25cf:@.?#evil\t ", max_size=30))
def test_whatever_is_asked_the_answer_is_a_path(whole_app: Flask, wanted: str) -> None:
    with whole_app.test_request_context():
        answer = where_next(wanted, otherwise="/organise/")

    assert answer.startswith("/")
    assert answer[1:2] not in ("/", "\\")
