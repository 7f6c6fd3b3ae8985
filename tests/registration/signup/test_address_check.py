"""An address that is likely mistyped is asked about once, before anything is stored, and never refused."""

import pytest

from tests.page import read
from tests.registration.reading_pages import KEPT, filled, registrants, send
from webinars.outbox.models import Email
from webinars.storage.extensions import db

pytestmark = pytest.mark.usefixtures("today")

SLIP, MEANT = "ada@gmial.com", "ada@gmail.com"


def sent(client, **answers):
    """The form with these answers, one of which is about the address."""
    token = read(client.get("/vto/emploi")).values["form_token"]
    return client.post("/vto/emploi/register", data=filled(form_token=token, **answers))


def press(client, asked, answer):
    """Presses one of the buttons of the page that asks."""
    page = read(asked)
    [form] = page.all("form")
    return client.post(form.attributes["action"], data={**page.values, "address": answer})


def test_it_is_asked_on_a_page_of_its_own_and_nothing_is_stored_yet(client, two):
    asked = send(client, email=SLIP)
    page = read(asked)

    assert (asked.status_code, page.heading) == (200, "Est-ce la bonne adresse\u202f?")
    at = page.lines.index("Vous avez écrit")
    assert page.lines[at : at + 5] == [
        "Vous avez écrit",
        SLIP,
        "Vouliez-vous dire",
        MEANT,
        "Oui, écrire à gmail.com",
    ]
    assert [button.text for button in page.all("button")] == [
        "Oui, écrire à gmail.com",
        "Non, garder gmial.com\u00a0: c’est bien la mienne",
        "Revenir au formulaire",
    ]
    assert {name: page.values[name] for name in KEPT} == {**KEPT, "email": SLIP}
    assert registrants() == []


@pytest.mark.parametrize(("answer", "address"), [("suggested", MEANT), ("typed", SLIP)])
def test_either_answer_signs_up(client, two, answer, address):
    signed_up = press(client, send(client, email=SLIP, sessions=["x", "y"], newsletter="y"), answer)

    assert signed_up.status_code == 303
    assert [one.email for one in registrants()] == [address]
    assert {mail.recipient for mail in db.session.scalars(db.select(Email))} == {address}


@pytest.mark.parametrize(("answer", "is_asked"), [("suggested", False), ("typed", True)])
def test_a_slip_that_was_kept_is_asked_about_once_more_beside_the_address(client, two, answer, is_asked):
    signed_up = press(client, send(client, email=SLIP), answer)
    again = "Vouliez-vous dire …@gmail.com\u202f? Corrigez l’adresse, ou laissez-la ainsi."

    assert (again in read(client.get(signed_up.location)).lines) is is_asked


def test_one_may_go_back_to_the_form_with_all_that_was_typed(client, two):
    back = press(client, send(client, email=SLIP, take="some", sessions=[two[0].public_id]), "back")
    page = read(back)

    assert back.status_code == 200
    assert {name: page.values[name] for name in KEPT} == {**KEPT, "email": SLIP}
    assert page.ticked["sessions"] == [two[0].public_id]
    assert page.errors == []
    assert registrants() == []


def test_where_the_form_asked_already_it_is_not_asked_again(client, two):
    assert sent(client, email=SLIP, address="typed").status_code == 303


def test_the_language_goes_along(client, two):
    asked = send(client, lang="en", email=SLIP)
    signed_up = press(client, asked, "suggested")

    assert read(asked).heading == "Is this the right address?"
    assert "lang=en" in signed_up.location
    assert registrants()[0].language == "en"


def test_an_answer_that_is_none_is_asked_for(client, two):
    assert sent(client, email=SLIP, address="nonsense").status_code == 200
    assert registrants() == []


@pytest.mark.parametrize(
    ("domain", "likely"),
    [("gmial.com", "gmail.com"), ("town.example.org", ""), ("", ""), ("x" * 4_000, ""), ("<b>", "")],
)
def test_the_field_asks_for_the_domain_alone(client, two, domain, likely):
    answer = client.get("/vto/emploi/likely-domain", query_string={"domain": domain})

    assert answer.json == {"likely": likely}
    assert "Set-Cookie" not in answer.headers


def test_the_form_in_another_language_keeps_what_was_typed(client, two):
    page = read(client.get("/vto/emploi"))
    [switch] = [one for one in page.all("button") if one.attributes.get("name") == "in_language"]
    typed = {"first_name": "Ada", "email": "ada@", "take": "some", "sessions": [two[1].public_id]}
    token = page.values["form_token"]
    answer = client.post(
        switch.attributes["formaction"], data={**typed, "form_token": token, "in_language": "en"}
    )

    shown = read(answer)
    assert (switch.text, switch.attributes["lang"], answer.status_code) == ("English", "en", 200)
    assert "Which sessions will you attend?" in shown.lines
    assert (shown.values["first_name"], shown.values["email"]) == ("Ada", "ada@")
    assert shown.ticked["sessions"] == [two[1].public_id]
    assert (shown.errors, shown.values["form_token"]) == ([], token)
    assert not shown.title.startswith("Error")
    assert registrants() == []
