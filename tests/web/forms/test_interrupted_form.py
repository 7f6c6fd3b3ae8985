"""A form sent after its session ended is shown again to whoever sent it, filled, and changes nothing by itself."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from tests.accounts.conftest import PASSWORD
from tests.accounts.signed_in import csrf_token, post, shown, sign_in
from tests.conftest import NOW
from tests.page import Page, read
from tests.planning.typed import CYCLE, SESSION, WORKSPACE, lines
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import BrowserSession, Organiser
from webinars.attempts.forms import new_attempt
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db
from webinars.web.forms.interrupted_form import LARGEST, InterruptedForm

HERE = f"{WORKSPACE}/sessions/achats-responsables"
OURS = {"Origin": "http://localhost"}


@pytest.fixture(autouse=True)
def _passwords(nadia: Organiser, otto: Organiser) -> Iterator[None]:
    nadia.password_hash = otto.password_hash = hash_password(PASSWORD)
    db.session.commit()
    with time_machine.travel(NOW, tick=False):
        yield


def said(page: Page) -> dict[str, str]:
    """What stands in each field, or is ticked."""
    return page.values | {name: chosen for name, [chosen] in page.ticked.items()}


def sent_too_late(
    desk: FlaskClient, address: str, typed: dict[str, Any], *, headers: dict[str, str] = OURS
) -> TestResponse:
    """Opens the form; its session ends; it is sent."""
    hidden = {"csrf_token": csrf_token(desk, address), "attempt": new_attempt(), **shown(desk, address)}
    db.session.execute(delete(BrowserSession))
    db.session.commit()
    return desk.post(f"{address}?lang=en", data={**hidden, **typed}, headers=headers)


def enter(client: FlaskClient, page: Page, email: str = "nadia@vto.example.org") -> TestResponse:
    """Signs in on the page that is shown."""
    typed = page.form("/sign-in").values | {"email": email, "password": PASSWORD}
    return client.post("/sign-in?lang=en", data=typed)


def gone_on(client: FlaskClient, answer: TestResponse, address: str) -> TestResponse:
    """Presses the button of the page in between."""
    form = read(answer).form(f"{address}?lang=en")
    return client.post(form.attributes["action"], data=form.values, headers=OURS)


def resumed(desk: FlaskClient, address: str, typed: dict[str, Any]) -> Page:
    """What is shown, once the form was sent too late and one has signed in again."""
    page = read(sent_too_late(desk, address, typed))
    assert (
        "Nothing is saved yet. What you typed is kept in this page: sign in, and it is shown to you again."
        in page.lines
    )
    answer = gone_on(desk, enter(desk, page), address)
    assert answer.status_code == 200
    return read(answer)


def test_what_was_typed_is_shown_again_and_saved_when_it_is_sent(desk: FlaskClient, session: Session) -> None:
    typed = SESSION | {
        "title": "Un autre titre",
        "opens_at": "2026-03-03T09:00",
        "abstract": "Une page\r\nécrite « longuement ».",
        "format": "hybrid",
        "place": "Mairie",
        "contributors-0-kind": "team",
        "contributors-0-name": "Ada",
        "contributors-1-kind": "speaker",
        "contributors-1-name": "Bela",
    }

    page = resumed(desk, HERE, typed)

    assert page.notices == ["Here is what you had typed. Nothing of it is saved yet."]
    values = said(page)
    assert {name: values[name].replace("\n", "\r\n") for name in typed} == typed
    db.session.refresh(session)
    assert session.title == "Achats responsables"
    again = {name: values[name] for name in typed}
    assert post(desk, HERE, again | {"shown": values["shown"]}).status_code == 303
    db.session.refresh(session)
    assert (session.title, session.place) == ("Un autre titre", "Mairie")


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(desk: FlaskClient, session: Session) -> None:
    page = read(sent_too_late(desk, HERE, SESSION | {"subtitle": "Le mien"}))
    session.title, session.edits = "Celui d’Otto", 1
    db.session.commit()

    values = read(gone_on(desk, enter(desk, page), HERE)).values
    post(desk, HERE, SESSION | {"subtitle": values["subtitle"], "shown": values["shown"]})

    db.session.refresh(session)
    assert (session.title, session.subtitle) == ("Celui d’Otto", "Le mien")


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/organise/vto/settings", {"name": "Un autre nom", "recipients": "Un hôte"}),
        ("/organise/vto/settings/members", {"email": "ines@example.org", "name": "Inès"}),
        ("/organise/account", {"name": "Nadia B."}),
        ("/organise/vto/cycles/new", CYCLE | {"title": "T"} | lines({"title": "A"}, {"title": "B"})),
        (f"{WORKSPACE}/settings", {"title": "T", "partners-0-name": "Un partenaire"}),
        (f"{WORKSPACE}/sessions/new", SESSION | {"title": "T"}),
        (f"{WORKSPACE}/sessions/add", lines({"title": "A"}, {"title": "B", "day": "2026-03-12"})),
        (f"{HERE}/seats", {"capacity": "12"}),
        (f"{WORKSPACE}/messages/new", {"subject": "Objet", "body": "Un long texte"}),
        (
            f"{HERE}/attendance/walk-in",
            {
                "walk-first_name": "Ada",
                "walk-last_name": "L",
                "walk-email": "a@b",
                "walk-structure_type": "COL-COM",
            },
        ),
        (f"{HERE}/attendance/headcount", {"heads-people": "douze", "heads-label": "Mairie"}),
    ],
)
def test_every_page_of_the_desk_shows_it_again(
    desk: FlaskClient, session: Session, address: str, typed: dict[str, str]
) -> None:
    rows = db.session.scalar(select(func.count()).select_from(Session))

    values = said(resumed(desk, address, typed))

    assert {name: values[name] for name in typed} == typed
    assert db.session.scalar(select(func.count()).select_from(Session)) == rows


def test_another_account_is_not_shown_it(desk: FlaskClient, session: Session) -> None:
    page = read(sent_too_late(desk, HERE, SESSION | {"title": "Le mien"}))

    answer = enter(desk, page, "otto@vto.example.org")
    assert answer.status_code == 303
    stolen = desk.post(f"{HERE}?lang=en", data={"interrupted": page.values["interrupted"]}, headers=OURS)

    assert (stolen.status_code, read(stolen).values["title"]) == (200, "Achats responsables")


def test_whoever_is_in_again_elsewhere_is_shown_it_at_once(
    desk: FlaskClient, nadia: Organiser, session: Session
) -> None:
    hidden = {"csrf_token": csrf_token(desk, HERE)}
    sign_in(desk, nadia)

    answer = desk.post(f"{HERE}?lang=en", data=SESSION | hidden | {"title": "Le mien"}, headers=OURS)

    assert read(gone_on(desk, answer, HERE)).values["title"] == "Le mien"


def test_a_wrong_password_loses_nothing(desk: FlaskClient, session: Session) -> None:
    page = read(sent_too_late(desk, HERE, SESSION | {"title": "Le mien"}))
    typed = page.form("/sign-in").values | {"email": "nadia@vto.example.org", "password": "wrong"}

    page = read(desk.post("/sign-in?lang=en", data=typed))

    assert read(gone_on(desk, enter(desk, page), HERE)).values["title"] == "Le mien"


def test_nobody_reads_it_in_the_page_and_passwords_are_not_kept(desk: FlaskClient, cycle: Cycle) -> None:
    secret = {"password": "trois horloges sous la pluie", "old_password": PASSWORD, "name": "Secrète"}
    answer = sent_too_late(desk, "/organise/account/password", secret)

    assert answer.status_code == 403
    assert "Secrète" not in answer.text
    kept = InterruptedForm.unsealed(read(answer).values["interrupted"])
    assert kept is not None
    assert dict(kept.typed).keys() & secret.keys() == {"name"}


@pytest.mark.parametrize(
    ("address", "typed", "headers"),
    [
        (HERE, {"abstract": "é" * (LARGEST // 2)}, OURS),
        (HERE, {"title": "Le mien"}, {}),
        (HERE, {"title": "Le mien", "csrf_token": "forged"}, OURS),
        (f"{HERE}/attendance/tick", {"registration": "1"}, OURS),
    ],
)
def test_what_is_too_long_of_unknown_origin_or_no_page_is_not_kept(
    desk: FlaskClient, session: Session, address: str, typed: dict[str, str], headers: dict[str, str]
) -> None:
    page = read(sent_too_late(desk, address, typed, headers=headers))

    assert "Nothing was changed: sign in, then do it once more." in page.lines
    assert page.values["interrupted"] == ""
    assert enter(desk, page).location == "/organise/"


@pytest.mark.parametrize("sealed", ["", "forged", "é", "gAAAAA=="])
def test_what_we_did_not_seal_opens_the_page_as_it_is(
    desk: FlaskClient, session: Session, sealed: str
) -> None:
    answer = desk.post(HERE, data=SESSION | {"title": "Forged", "interrupted": sealed}, headers=OURS)

    assert (answer.status_code, read(answer).values["title"]) == (200, "Achats responsables")


def test_a_page_without_a_form_of_its_own_is_not_asked(desk: FlaskClient, session: Session) -> None:
    assert desk.post(f"{HERE}/attendance/tick", data={"interrupted": ""}, headers=OURS).status_code == 405


def test_pages_and_forms_of_one_address_stand_behind_one_guard(whole_app: Flask) -> None:
    found: dict[str, set[str]] = {}
    for rule in whole_app.url_map.iter_rules():
        if rule.rule.startswith("/organise") and {"GET", "POST"} & (rule.methods or set()):
            found.setdefault(rule.rule, set()).add(rule.endpoint.rpartition(".")[0])

    assert {address: names for address, names in found.items() if len(names) > 1} == {}
