"""Known and unknown addresses cost the same work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests.accounts.signed_in import post
from webinars.accounts.credentials.passwords import hash_password, is_password
from webinars.accounts.models import Organiser
from webinars.storage.extensions import db

KNOWN, UNKNOWN = "nadia@vto.example.org", "otter@vto.example.org"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def asked_for(app: Flask, url: str, data: dict[str, str]) -> list[str]:
    """What the database is asked when a stranger posts this."""
    client = app.test_client()
    client.get(url)
    with statements() as asked:
        post(client, url, data)
    return asked


def test_a_wrong_password_asks_the_same_of_the_database(app: Flask, nadia: Organiser) -> None:
    data = {"password": "wrong wrong wrong"}

    assert asked_for(app, "/sign-in", {**data, "email": KNOWN}) == asked_for(
        app, "/sign-in", {**data, "email": UNKNOWN}
    )


def test_a_forgotten_password_asks_the_same_of_the_database(app: Flask, nadia: Organiser) -> None:
    known, unknown = (asked_for(app, "/forgotten-password", {"email": email}) for email in (KNOWN, UNKNOWN))

    assert known == unknown
    assert [statement for statement in known if statement.startswith("INSERT INTO email")] != []


def test_checking_a_password_nobody_has_takes_as_long() -> None:
    kept = hash_password("une girafe")
    is_password("x", None)
    seconds = []
    for present in (kept, None):
        start = time.perf_counter()
        for _ in range(5):
            is_password("not a girafe", present)
        seconds.append(time.perf_counter() - start)

    assert 0.4 < seconds[0] / seconds[1] < 2.5
