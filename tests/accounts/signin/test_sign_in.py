"""Signing in and out."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import post, session_cookie
from tests.page import Page, read
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import BrowserSession, Organisation, Organiser
from webinars.storage.extensions import db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def enter(
    client: FlaskClient,
    password: str = PASSWORD,
    email: str = "nadia@vto.example.org",
    *,
    at: str = "",
    **data: str,
) -> TestResponse:
    """Signs in as a browser does, from an address."""
    environment = {"REMOTE_ADDR": at} if at else {}
    return post(
        client, "/sign-in", {"email": email, "password": password, **data}, environ_overrides=environment
    )


def sessions_count() -> int:
    return db.session.scalar(select(func.count()).select_from(BrowserSession)) or 0


def test_the_right_password_leads_to_the_desk(client: FlaskClient, nadia: Organiser) -> None:
    answer = enter(client, email=" Nadia@VTO.example.org ")

    assert (answer.status_code, answer.location) == (303, "/organise/")
    assert client.get("/organise/account").status_code == 200


def test_one_is_led_back_to_where_one_wanted_to_go(client: FlaskClient, nadia: Organiser) -> None:
    assert enter(client, next="/organise/vto/settings").location == "/organise/vto/settings"


def test_who_is_signed_in_is_not_asked_again(desk: FlaskClient) -> None:
    assert desk.get("/sign-in?next=/organise/account").location == "/organise/account"


@pytest.mark.parametrize(
    "email", ["nadia@vto.example.org", "nobody@vto.example.org", "no address", "otto@vto.example.org"]
)
def test_a_wrong_try_says_the_same_of_every_address(
    client: FlaskClient, nadia: Organiser, otto: Organiser, email: str
) -> None:
    answer = enter(client, "not the password of anybody", email)

    assert answer.status_code == 200
    assert (
        "Vérifiez l’adresse et le mot de passe\u00a0: ensemble, ils n’ouvrent aucun compte."
        in read(answer).lines
    )
    assert sessions_count() == 0


def test_pages_for_known_and_unknown_differ_by_the_typed_address_only(app: Flask, nadia: Organiser) -> None:
    texts = [
        enter(app.test_client(), "wrong wrong wrong", email).text.replace(email, "…")
        for email in ("nadia@vto.example.org", "otter@vto.example.org")
    ]
    tokens = [Page(text).values["csrf_token"] for text in texts]

    assert texts[0].replace(tokens[0], "") == texts[1].replace(tokens[1], "")


def test_a_disabled_account_stays_out_and_is_put_out(
    app: Flask, client: FlaskClient, nadia: Organiser
) -> None:
    enter(client)
    nadia.disabled_at = NOON
    db.session.commit()

    assert client.get("/organise/account").status_code == 303
    assert enter(app.test_client()).status_code == 200


def test_what_was_typed_is_kept_but_not_the_password(client: FlaskClient, nadia: Organiser) -> None:
    answer = enter(client, "wrong wrong wrong")

    assert read(answer).values["email"] == "nadia@vto.example.org"
    assert "wrong wrong wrong" not in answer.text


def test_a_session_chosen_by_somebody_else_is_not_taken_over(client: FlaskClient, nadia: Organiser) -> None:
    client.set_cookie(session_cookie(), "s.chosen-by-somebody-else")
    enter(client)
    cookie = client.get_cookie(session_cookie())

    assert cookie is not None
    assert cookie.value.startswith("s.")
    assert cookie.value != "s.chosen-by-somebody-else"


def test_signing_in_again_ends_the_session_one_came_with(client: FlaskClient, nadia: Organiser) -> None:
    enter(client)
    before = client.get_cookie(session_cookie())
    enter(client)
    after = client.get_cookie(session_cookie())

    assert before != after
    assert sessions_count() == 1


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: FlaskClient, nadia: Organiser
) -> None:
    enter(client)
    cookie = client.get_cookie(session_cookie())
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie(session_cookie(), cookie.value)
    assert thief.get("/organise/account").status_code == 200

    assert post(client, "/sign-out").location == "/signed-out"

    assert client.get_cookie(session_cookie()) is None
    assert thief.get("/organise/account").status_code == 303


@pytest.mark.parametrize(("wait", "status"), [(timedelta(hours=11), 200), (timedelta(hours=13), 303)])
def test_a_session_ends_when_it_was_not_used_for_twelve_hours(
    client: FlaskClient, nadia: Organiser, wait: timedelta, status: int
) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    with time_machine.travel(NOON + wait, tick=False):
        assert client.get("/organise/account").status_code == status


def test_a_session_ends_after_seven_days_whatever_is_done(client: FlaskClient, nadia: Organiser) -> None:
    data = {"name": "Nadia Benali", "language": "fr"}
    with time_machine.travel(NOON, tick=False):
        enter(client)
    seen = []
    for hours in range(0, 7 * 24 + 12, 10):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            seen.append(client.get("/organise/account").status_code)
            post(client, "/organise/account", data)

    assert seen == [200] * 17 + [303]


def test_whoever_only_reads_stays_signed_in(client: FlaskClient, nadia: Organiser) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    seen = []
    for hours in range(0, 7 * 24 + 12, 10):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            seen.append(client.get("/organise/account").status_code)

    assert seen == [200] * 17 + [303]


@pytest.mark.parametrize(("minutes", "is_noted"), [(9, False), (10, True)])
def test_a_use_is_noted_every_ten_minutes(
    client: FlaskClient, nadia: Organiser, minutes: int, is_noted: bool
) -> None:
    with time_machine.travel(NOON, tick=False):
        enter(client)
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        client.get("/organise/account")

    noted = db.session.scalars(select(BrowserSession.seen_at)).one()
    assert noted == NOON + timedelta(minutes=minutes if is_noted else 0)


def test_thirty_wrong_tries_are_slowed_and_the_owner_comes_in(app: Flask, nadia: Organiser) -> None:
    home, robber = app.test_client(), app.test_client()
    with time_machine.travel(NOON, tick=False):
        enter(home, at="192.0.2.1")
        post(home, "/sign-out")
        tries = [enter(robber, f"guess number {n}", at="198.51.100.9").status_code for n in range(30)]

        assert tries == [200] * 5 + [429] * 25
        assert enter(home, at="198.51.100.9").status_code == 303  # known here, even behind the same address
        assert enter(app.test_client(), at="203.0.113.5").status_code == 303  # a new browser elsewhere
        assert enter(robber, at="198.51.100.9").status_code == 429  # right at last, but too late
    with time_machine.travel(NOON + timedelta(seconds=31), tick=False):
        assert enter(app.test_client(), at="198.51.100.9").status_code == 303


def test_forged_addresses_do_not_make_a_new_client(client: FlaskClient, nadia: Organiser) -> None:
    with time_machine.travel(NOON, tick=False):
        tries = [
            post(
                client,
                "/sign-in",
                {"email": "nadia@vto.example.org", "password": f"guess number {n}"},
                headers={"X-Forwarded-For": f"203.0.113.{n}"},
            ).status_code
            for n in range(7)
        ]

    assert tries == [200] * 5 + [429] * 2


def test_a_pause_says_how_long_and_is_the_same_for_unknown_addresses(
    client: FlaskClient, nadia: Organiser
) -> None:
    with time_machine.travel(NOON, tick=False):
        for email in ("nadia@vto.example.org", "nobody@vto.example.org"):
            answers = [enter(client, "wrong wrong wrong", email) for _ in range(6)]

            assert [answer.status_code for answer in answers] == [200] * 5 + [429]
            assert answers[-1].headers["Retry-After"] == "30"


def test_a_password_kept_at_another_cost_is_kept_anew(client: FlaskClient, nadia: Organiser) -> None:
    from argon2 import PasswordHasher

    nadia.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    db.session.commit()
    enter(client)
    db.session.refresh(nadia)

    assert nadia.password_hash is not None
    assert nadia.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_account_without_a_password_has_none_that_fits(client: FlaskClient, otto: Organiser) -> None:
    assert [
        enter(client, word, "otto@vto.example.org").status_code for word in ("", "None", hash_password("x"))
    ] == [200] * 3


def test_the_same_field_twice_is_refused(client: FlaskClient, organisation: Organisation) -> None:
    assert enter(client, email=["a@b.fr", "c@d.fr"]).status_code == 400  # type: ignore[arg-type]


def test_what_has_ended_is_swept_when_somebody_signs_in(app: Flask, nadia: Organiser) -> None:
    for moment in (NOON, NOON + timedelta(days=9)):
        with time_machine.travel(moment, tick=False):
            enter(app.test_client())

    assert sessions_count() == 1
