"""Links that set a password: forgotten or first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.conftest import ANOTHER, PASSWORD, link_in
from tests.accounts.signed_in import post, sign_in
from tests.actors import NADIA
from webinars import clock
from webinars.accounts import actions
from webinars.accounts.credentials.passwords import is_password
from webinars.accounts.credentials.tokens import draw_token, sweep_tokens, use_up
from webinars.accounts.models import BrowserSession, OneTimeToken, Organisation, Organiser, Purpose, Role
from webinars.app.letters import WRITERS
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.storage.extensions import db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

Letter = Callable[[], EmailMessage]
Outbox = Callable[[], list[Email]]


def ask(client: FlaskClient, email: str = "nadia@vto.example.org") -> str:
    return post(client, "/forgotten-password", {"email": email}).location


def drawn(organiser: Organiser, purpose: Purpose = Purpose.RESET) -> str:
    """The address of a new link."""
    number = organiser.id
    db.session.commit()  # the token is kept by a transaction of its own, after ours
    return "/set-password/" + draw_token(purpose, number, now=clock.now())


def test_a_forgotten_password_is_replaced_by_the_link(
    client: FlaskClient, nadia: Organiser, letter: Letter
) -> None:
    assert ask(client) == "/forgotten-password/sent"
    message = letter()
    answer = post(client, link_in(message), {"password": ANOTHER})

    assert message["To"] == "Nadia Benali <nadia@vto.example.org>"
    assert answer.location == "/organise/"
    assert client.get("/organise/account").status_code == 200
    db.session.refresh(nadia)
    assert is_password(ANOTHER, nadia.password_hash)


def test_known_and_unknown_addresses_are_answered_alike_and_write_alike(
    client: FlaskClient, nadia: Organiser, outbox: Outbox
) -> None:
    locations = [ask(client, email) for email in ("nadia@vto.example.org", "nobody@vto.example.org")]

    assert locations == ["/forgotten-password/sent"] * 2
    assert [email.recipient for email in outbox()] == ["nadia@vto.example.org", "nobody@vto.example.org"]


def test_nothing_is_written_to_an_address_without_account(
    client: FlaskClient, organisation: Organisation, outbox: Outbox
) -> None:
    ask(client, "nobody@vto.example.org")

    with pytest.raises(ReasonGone):
        WRITERS["password_reset"](outbox()[0], Batch(outbox(), clock.now()))


def test_the_mail_goes_to_the_address_as_it_is_kept(
    client: FlaskClient, nadia: Organiser, outbox: Outbox
) -> None:
    ask(client, "NADIA@vto.example.org")

    assert outbox()[0].recipient == "nadia@vto.example.org"


def test_one_address_is_written_to_three_times_an_hour_at_most(
    client: FlaskClient, nadia: Organiser, outbox: Outbox
) -> None:
    with time_machine.travel(NOON, tick=False):
        locations = [ask(client) for _ in range(5)]

    assert locations == ["/forgotten-password/sent"] * 5
    assert len(outbox()) == 3


def test_looking_at_the_link_does_not_use_it_up(client: FlaskClient, nadia: Organiser) -> None:
    link = drawn(nadia)

    assert [client.get(link).status_code for _ in range(3)] == [200] * 3
    assert post(client, link, {"password": ANOTHER}).status_code == 303


def test_the_link_works_once(app: Flask, client: FlaskClient, nadia: Organiser) -> None:
    link, other = drawn(nadia), app.test_client()
    token = other.get(link)
    post(client, link, {"password": ANOTHER})

    assert token.status_code == 200
    assert other.get(link).status_code == 410
    assert post(other, "/sign-in", {}).status_code == 200


def test_a_refused_password_does_not_use_the_link_up(client: FlaskClient, nadia: Organiser) -> None:
    link = drawn(nadia)

    assert [
        post(client, link, {"password": word}).status_code for word in ("short", "nadiabenali1", PASSWORD)
    ] == [200, 200, 303]


@pytest.mark.parametrize(
    ("purpose", "life"), [(Purpose.RESET, timedelta(minutes=60)), (Purpose.INVITATION, timedelta(days=7))]
)
def test_a_link_ends_by_itself(
    client: FlaskClient, nadia: Organiser, purpose: Purpose, life: timedelta
) -> None:
    with time_machine.travel(NOON, tick=False):
        link = drawn(nadia, purpose)
    statuses = []
    for moment in (NOON + life - timedelta(seconds=1), NOON + life):
        with time_machine.travel(moment, tick=False):
            statuses.append(client.get(link).status_code)

    assert statuses == [200, 410]


def test_a_used_link_closes_the_others_and_every_session(
    app: Flask, client: FlaskClient, nadia: Organiser
) -> None:
    elsewhere = sign_in(app.test_client(), nadia)
    link, older = drawn(nadia), drawn(nadia)
    post(client, link, {"password": ANOTHER})

    assert client.get(older).status_code == 410
    assert elsewhere.get("/organise/account").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(BrowserSession)) == 1


def test_used_from_two_browsers_at_once_it_is_good_for_one(app: Flask, nadia: Organiser) -> None:
    token = drawn(nadia).rpartition("/")[2]
    db.session.commit()
    ready = Barrier(2)

    def use() -> bool:
        with app.app_context():
            ready.wait()
            used = use_up(token, now=clock.now())
            db.session.commit()
            return used

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(use), pool.submit(use)]]

    assert sorted(answers) == [False, True]


def test_the_database_holds_no_token(nadia: Organiser) -> None:
    token = drawn(nadia).rpartition("/")[2]
    row = db.session.scalars(select(OneTimeToken)).one()

    assert len(token) >= 43
    assert token not in repr(vars(row))


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "..%2f..%2f"])
def test_what_is_no_token_is_told_as_an_old_one(client: FlaskClient, nadia: Organiser, token: str) -> None:
    assert client.get(f"/set-password/{token}").status_code in (404, 410)


def test_the_page_tells_its_address_to_nobody(client: FlaskClient, nadia: Organiser) -> None:
    assert client.get(drawn(nadia)).headers["Referrer-Policy"] == "same-origin"


def test_old_links_are_swept(nadia: Organiser) -> None:
    drawn(nadia)
    sweep_tokens(now=clock.now() + timedelta(days=20))

    assert db.session.scalars(select(OneTimeToken)).all() == []


def test_an_invitation_lets_its_person_in(
    client: FlaskClient, organisation: Organisation, nadia: Organiser, letter: Letter
) -> None:
    actions.invite(
        organisation,
        email="ines@vto.example.org",
        name="Inès Aït",
        role=Role.ORGANISER,
        language="en",
        by=NADIA,
        now=NOON,
    )
    message = letter()
    answer = post(client, link_in(message), {"password": PASSWORD})

    assert message["Subject"] == "Your account to organise webinars: Villes et Territoires Occitanie"
    assert answer.status_code == 303
    assert client.get("/organise/account").status_code == 200


def test_who_has_an_account_is_led_to_the_sign_in_page(
    organisation: Organisation, otto: Organiser, letter: Letter
) -> None:
    otto.password_hash = "kept"
    elsewhere = actions.create_organisation(
        "Réseau Nord", contact="nord@example.org", language="fr", timezone="Europe/Paris", now=NOON
    )
    actions.invite(
        elsewhere, email=otto.email, name="Otto", role=Role.ORGANISER, language="fr", by=NADIA, now=NOON
    )

    assert link_in(letter()) == "/sign-in"


def test_mails_speak_their_language_and_have_two_parts(
    client: FlaskClient, nadia: Organiser, letter: Letter
) -> None:
    ask(client)
    message = letter()

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert message["Content-Language"] == "fr"
