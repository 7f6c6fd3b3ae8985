"""A text that is refused for its length or its marks, typed into what somebody else has changed meanwhile: it is never lost."""

import html

import pytest
from flask.testing import FlaskClient

from tests.edits.pages import Opened
from tests.edits.test_other_forms import CYCLE, HOUSE, second_desk
from tests.page import read
from tests.planning.typed import SESSION, WORKSPACE
from webinars.cycles.models import Cycle, Session
from webinars.storage.extensions import db

__all__ = ["second_desk"]

HERE = f"{WORKSPACE}/sessions/achats-responsables"
MARKED = "e" + "\u0301" * 40
ENDLESS = "z" * 90_000
REFUSED = pytest.mark.parametrize("typed", [ENDLESS, MARKED], ids=["too long to be read", "too many marks"])


def stands_in(page: str, typed: str) -> bool:
    return typed in html.unescape(page)


@REFUSED
@pytest.mark.parametrize("field", ["subtitle", "abstract", "resources-0-label"])
def test_a_refused_text_in_a_field_somebody_else_has_filled_is_shown_and_not_replaced(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, field: str, typed: str
) -> None:
    link = {"resources-0-kind": "link", "resources-0-url": "https://e.org/1", "resources-0-label": "Notes"}
    row = link if field.startswith("resources") else {}
    nadia = Opened(desk, HERE, SESSION)
    Opened(other_desk, HERE, SESSION).send(**{**row, field: "Le sien"})

    asked = nadia.send(**{**row, field: typed})

    assert (asked.status_code, stands_in(asked.text, typed), stands_in(asked.text, "Le sien")) == (
        409,
        True,
        True,
    )
    corrected = {**row, field: "Le mien"}
    assert nadia.again(asked, **corrected).status_code == 303
    assert stands_in(desk.get(HERE).text, "Le mien")


@REFUSED
def test_a_refused_text_in_a_field_somebody_else_has_emptied_asks_too(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, typed: str
) -> None:
    session.subtitle = "Avant"
    db.session.commit()
    nadia = Opened(desk, HERE, SESSION | {"subtitle": "Avant"})
    Opened(other_desk, HERE, SESSION | {"subtitle": "Avant"}).send(subtitle="")

    asked = nadia.send(subtitle=typed)

    assert (asked.status_code, stands_in(asked.text, typed)) == (409, True)
    assert "Otto Weiss saved this at 10:00, while you had it open." in read(asked).callouts


@REFUSED
def test_theirs_may_be_taken_in_its_place(
    desk: FlaskClient, other_desk: FlaskClient, session: Session, typed: str
) -> None:
    nadia = Opened(desk, HERE, SESSION)
    Opened(other_desk, HERE, SESSION).send(subtitle="Le sien")

    asked = nadia.send(subtitle=typed)
    taken = nadia.again(asked, subtitle=typed, **{"keep-subtitle": "theirs"})

    assert taken.status_code == 303
    assert db.session.get_one(Session, session.id).subtitle == "Le sien"


@REFUSED
@pytest.mark.parametrize("field", ["summary", "presentation", "contact_name", "contact"])
def test_settings_of_a_cycle_lose_no_refused_text(
    desk: FlaskClient, second_desk: FlaskClient, cycle: Cycle, field: str, typed: str
) -> None:
    page = Opened(desk, f"{WORKSPACE}/settings", CYCLE)
    theirs = "le.sien@vto.example.org" if field == "contact" else "Le sien"
    Opened(second_desk, f"{WORKSPACE}/settings", CYCLE).send(**{field: theirs})

    asked = page.send(**{field: typed})

    assert (asked.status_code, stands_in(asked.text, typed)) == (409, True)


@REFUSED
@pytest.mark.parametrize(
    "field", ["tagline", "presentation", "sender_name", "controller", "recipients", "privacy_contact"]
)
def test_settings_of_the_organisation_lose_no_refused_text(
    desk: FlaskClient, second_desk: FlaskClient, field: str, typed: str
) -> None:
    page = Opened(desk, "/organise/vto/settings", HOUSE)
    theirs = "le.sien@vto.example.org" if field == "privacy_contact" else "Le sien"
    Opened(second_desk, "/organise/vto/settings", HOUSE).send(**{field: theirs})

    asked = page.send(**{field: typed})

    assert (asked.status_code, stands_in(asked.text, typed)) == (409, True)
