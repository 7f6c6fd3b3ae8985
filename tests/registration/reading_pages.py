"""Reading public pages as a browser does: what stands in the fields, what is said, what is asked of the database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

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

VOID = {"input", "br", "meta", "link", "img", "hr"}
STRUCTURE_TYPE = "COL-COM"


class Page(HTMLParser):
    """The values of a page's fields, its sentences of error, its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.ticked: dict[str, list[str]] = {}
        self.errors: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self._inside: list[str] = []
        self._words: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self._words).split(" "))

    @property
    def active(self) -> list[str]:
        """What would run or load something: handlers, styles, inline scripts, pictures."""
        handlers = [
            name for _tag, given in self.tags for name in given if name.startswith("on") or name == "style"
        ]
        scripts = [tag for tag, given in self.tags if tag in ("script", "style") and "src" not in given]
        return handlers + scripts + [tag for tag, _given in self.tags if tag in ("img", "iframe", "object")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                self.ticked.setdefault(given["name"], []).append(given.get("value", "y"))
        elif tag == "input" and "name" in given:
            self.values[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
            self.values[self._select] = ""
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given["value"]
        if tag not in VOID:
            self._inside.append(given.get("class", ""))
            if "error" in given.get("class", "").split():
                self.errors.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._inside:
            self._inside.pop()

    def handle_data(self, words: str) -> None:
        self._words.append(words)
        if any("error" in classes.split() for classes in self._inside):
            self.errors[-1] += words


def read(answer: TestResponse) -> Page:
    """The page that was answered."""
    return Page(answer.text)


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
    assert "<title>Erreur\u00a0: " in answer.text
    assert "L’inscription n’est pas encore faite" in page.text
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
