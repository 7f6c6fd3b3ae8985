"""Every answer carries the headers that keep it where it belongs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.rules.test_access import filled, rules
from webinars.cycles.models import Session
from webinars.web.headers import CSP


def test_every_answer_is_dressed(app: Flask, client: FlaskClient, session: Session) -> None:
    with_cookie = set()
    for rule in rules(app):
        if "GET" not in (rule.methods or ()):
            continue
        headers = client.get(filled(rule)).headers
        assert (rule.rule, headers["X-Content-Type-Options"]) == (rule.rule, "nosniff")
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin-when-cross-origin")
        if "Set-Cookie" in headers:
            with_cookie.add(rule.rule)

    assert with_cookie == {"/sign-in"}  # whose form carries the browser's own token


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    allowed = {word for part in CSP.split(";") for word in part.split()[1:]}

    assert allowed == {"'none'", "'self'", "data:"}


@pytest.mark.parametrize("address", ["/me/" + "x" * 44, "/join/" + "x" * 44 + "/y"])
def test_personal_pages_are_neither_kept_nor_referred(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize(
    "host", ["http://evil.example", "http://localhost:81", "http://localhost.evil.example"]
)
def test_a_host_or_port_that_is_not_ours_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/health", base_url=host).status_code == 400


def test_the_other_name_of_this_machine_leads_to_ours_and_other_hosts_nowhere(client: FlaskClient) -> None:
    led, asked = (ask("/vto/é?page=2", base_url="http://127.0.0.1") for ask in (client.get, client.head))
    refused = [
        client.get("/", base_url="http://127.0.0.1:81"),
        client.post("/sign-in", base_url="http://127.0.0.1"),
        client.get("//evil.example", base_url="http://evil.example"),
    ]

    for answer in (led, asked):
        assert (answer.status_code, answer.headers["Location"]) == (302, "http://localhost/vto/%C3%A9")
    assert [answer.status_code for answer in refused] == [400] * 3


@pytest.mark.parametrize(
    "name",
    [
        *("style.css", "organise.css", "combobox.css", "door.css", "receipt.css", "editor.css"),
        *("comfort.js", "typed.js", "markdown.js", "desk.js", "editor.js", "icon.svg"),
    ],
)
def test_files_are_dressed_like_pages(client: FlaskClient, name: str) -> None:
    with client.get(f"/static/{name}") as answer:
        headers = answer.headers

    assert headers["Content-Security-Policy"] == CSP
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_a_request_that_is_too_large_is_refused(desk: FlaskClient) -> None:
    from tests.accounts.signed_in import post

    assert post(desk, "/sign-out", {"x": "y" * (3 * 1024 * 1024)}).status_code == 413
