"""Locked for too long, full, or failing to reach the disk: 503, a page that says so, and nothing is stored."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from tests.accounts.signed_in import csrf_token, post
from tests.page import read
from tests.planning.typed import CYCLE
from webinars.attempts.forms import new_attempt
from webinars.attempts.models import Attempt
from webinars.cycles.models import Cycle
from webinars.storage.database import LOCK_SECONDS
from webinars.storage.extensions import db

NEW = "/organise/vto/cycles/new?lang=en"


def is_refused_whole(desk: FlaskClient, token: str) -> bool:
    """Whether a cycle that is created now is refused with the sentence."""
    hidden = {"csrf_token": token, "attempt": new_attempt()}
    answer = desk.post(NEW, data=CYCLE | hidden | {"presentation": "x" * 9_000})
    return (answer.status_code, "Nothing was stored. Try again in a minute." in read(answer).lines) == (
        503,
        True,
    )


def nothing_is_stored() -> bool:
    db.session.rollback()
    return (
        not db.session.scalars(select(Cycle.id)).all() and not db.session.scalars(select(Attempt.key)).all()
    )


def only_on_sqlite() -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite")


@contextmanager
def another_process_writes(app: Flask) -> Iterator[None]:
    """A connection of its own that holds the lock."""
    other = db.engine.dialect.loaded_dbapi.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.slow("a lock is waited for as long as an instance waits")
def test_a_database_locked_for_too_long(app: Flask, desk: FlaskClient) -> None:
    only_on_sqlite()
    token = csrf_token(desk, NEW)
    db.session.rollback()
    with another_process_writes(app):
        began = time.monotonic()
        assert is_refused_whole(desk, token)
        assert LOCK_SECONDS - 1 < time.monotonic() - began < LOCK_SECONDS + 4

    assert nothing_is_stored()
    assert post(desk, NEW, CYCLE).status_code == 303


def test_a_disk_that_is_full(app: Flask, desk: FlaskClient) -> None:
    only_on_sqlite()
    token = csrf_token(desk, NEW)
    db.session.rollback()
    with db.engine.connect() as connection:  # no page stands free
        connection.connection.driver_connection.execute("VACUUM")

    def no_page_more(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    event.listen(db.engine, "begin", no_page_more)
    try:
        assert is_refused_whole(desk, token)
    finally:
        event.remove(db.engine, "begin", no_page_more)
        db.session.rollback()
        db.engine.dispose()

    assert nothing_is_stored()
    assert post(desk, NEW, CYCLE).status_code == 303


def test_a_commit_that_does_not_reach_the_disk(
    app: Flask, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver says so when it commits, as it does when the system's fsync fails."""

    token = csrf_token(desk, NEW)

    def fails(_connection: Any) -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")

    monkeypatch.setattr(db.engine.dialect, "do_commit", fails)
    assert is_refused_whole(desk, token)
    monkeypatch.undo()

    assert nothing_is_stored()
    assert post(desk, NEW, CYCLE).status_code == 303


def test_whoever_only_looks_is_not_told_of_a_change(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_details: object) -> None:
        raise OperationalError("SELECT 1", {}, OSError("the server is away"))

    monkeypatch.setattr(db.session, "execute", away)
    monkeypatch.setattr(db.session, "scalars", away)
    monkeypatch.setattr(db.session, "scalar", away)
    answer = client.get("/?lang=en")

    assert answer.status_code == 503
    assert read(answer).heading == "This page cannot be shown at the moment"
    assert "change" not in read(answer).headings[0]
