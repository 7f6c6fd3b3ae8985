"""The public form, filled in and sent, and what is asked of the database meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.page import Page, read
from webinars.outbox.models import Email
from webinars.registration.models import Registrant, Registration
from webinars.storage.extensions import db

# what is typed, and must not be lost
KEPT = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@town.example.org",
    "structure": "Ville de Valbrune",
    "structure_type": "COL-COM",
    "department": "31",
}

STRUCTURE_TYPE = "COL-COM"


def filled(**changes: Any) -> dict[str, Any]:
    """A form filled in for the whole cycle, with these answers instead."""
    answers = {
        "take": "all",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@town.example.org",
        "structure": "Ville de Valbrune",
        "structure_type": STRUCTURE_TYPE,
        "function": "",
        "department": "31",
        "works_in_qpv": "unsaid",
        "website": "",
    }
    return {name: value for name, value in {**answers, **changes}.items() if value is not None}


def send(
    client: FlaskClient, address: str = "/vto/emploi", *, lang: str = "", **changes: Any
) -> TestResponse:
    """Opens the page, fills the form in, presses the button."""
    query = f"?lang={lang}" if lang else ""
    token = read(client.get(address + query)).values.get("form_token", "")
    return client.post(f"{address}/register{query}", data=filled(**{"form_token": token, **changes}))


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile; the beginning of a transaction is no question."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not re.match(r"BEGIN|SAVEPOINT|RELEASE", statement):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def said_to(answer: TestResponse) -> tuple[str, ...]:
    """What the page reads that answers a sign-up, but for the address that was typed."""
    return tuple(re.sub(r"\S+@town\.example\.org", "…", line) for line in read(answer).lines)


def registrants() -> list[Registrant]:
    """Everybody in any cycle, first come first."""
    return list(db.session.scalars(db.select(Registrant).order_by(Registrant.id)))


def sessions_of_everybody() -> list[int]:
    """The session of each registration."""
    wanted = db.select(Registration.session_id).order_by(Registration.session_id)
    return list(db.session.scalars(wanted))


def refused(answer: TestResponse, status: int = 422) -> Page:
    """The page of a refusal, after what every refusal promises."""
    page = read(answer)
    db.session.rollback()
    assert answer.status_code == status
    assert page.title.startswith("Erreur\u00a0: ")
    assert page.points.startswith("L’inscription n’est pas encore faite\u00a0: ")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert (registrants(), list(db.session.scalars(db.select(Email)))) == ([], [])
    return page


@pytest.fixture
def page(client):
    """`page()`: the cycle's page, as read; `page("en")` in English."""

    def get(lang="fr"):
        answer = client.get("/vto/emploi", headers={"Accept-Language": lang})
        assert answer.status_code == 200
        return read(answer)

    return get
