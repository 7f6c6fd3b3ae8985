"""GET, HEAD and OPTIONS change nothing, on any address, for anybody, whatever state things are in.

By specification/security, rule 11.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from config import Settings
from tests.accounts.signed_in import sign_in
from tests.journal.conftest import demo_1, scene, zoom
from tests.journal.scene import Scene
from tests.rules.states import ALL, MIXED, House, addresses, furnished
from tests.rules.test_access import rules
from webinars import clock
from webinars.accounts.models import BrowserSession
from webinars.storage.database import Model
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE, SafeWrite

__all__ = ["demo_1", "scene", "zoom"]

MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Bonjour\r\n\r\nBonjour\r\n"


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    found = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Model.metadata.sorted_tables
    }
    db.session.rollback()
    return found


def everything_but_kept() -> dict[str, list[tuple[object, ...]]]:
    """The same without the columns a page may write."""
    kept = {kept.value[:2] for kept in SafeWrite}
    found = {}
    for table in Model.metadata.sorted_tables:
        columns = [column for column in table.columns if (table.name, column.name) not in kept]
        found[table.name] = sorted((tuple(row) for row in db.session.execute(select(*columns))), key=repr)
    db.session.rollback()
    return found


def files(settings: Settings) -> dict[Path, bytes]:
    """Every file but the database's."""
    return {
        path: path.read_bytes()
        for path in sorted(settings.folder.rglob("*"))
        if path.is_file() and ".db" not in path.name
    }


@pytest.fixture
def house(scene: Scene, settings: Settings) -> House:
    """One organisation with something of every kind."""
    settings.mail_folder.mkdir(parents=True, exist_ok=True)
    (settings.mail_folder / "0001.eml").write_bytes(MAIL)
    found = furnished(scene, settings)
    found.names["name"] = ["0001.eml"]
    return found


UNWELL = " /health/service"  # no worker lives here: it is to say so


def walk(app: Flask, client: FlaskClient, house: House, methods: tuple[str, ...]) -> dict[str, int]:
    """What every address that can be looked at answers to each method."""
    found = {}
    for rule in rules(app):
        if "GET" in (rule.methods or ()):
            for address in addresses(rule, house):
                for method in methods:
                    found[f"{method} {address}"] = client.open(
                        address, method=method, buffered=True
                    ).status_code
    return found


def bring_about(house: House, states: tuple[str, ...]) -> None:
    for state in states:
        ALL[state](house)
    db.session.commit()


def desk_after_an_hour(app: Flask, house: House) -> FlaskClient:
    """Nadia's browser, whose last use is long enough ago to be noted anew."""
    desk = sign_in(app.test_client(), house.scene.nadia)
    db.session.execute(update(BrowserSession).values(seen_at=clock.now() - timedelta(hours=1)))
    db.session.commit()
    return desk


# some hundred pages each: more than two seconds where the machine is busy
@pytest.mark.parametrize("states", MIXED, ids=", ".join)
def test_head_changes_nothing_for_whoever_is_signed_in(
    app: Flask, house: House, settings: Settings, states: tuple[str, ...]
) -> None:
    bring_about(house, states)
    desk, seen_at = desk_after_an_hour(app, house), select(BrowserSession.seen_at)
    before, last = (everything_but_kept(), files(settings)), db.session.scalars(seen_at).one()

    answers = walk(app, desk, house, ("HEAD",))

    assert (everything_but_kept(), files(settings)) == before
    assert [ask for ask, code in answers.items() if code >= 500 and not ask.endswith(UNWELL)] == []
    assert db.session.scalars(seen_at).one() > last
    assert len(answers) > 100


@pytest.mark.parametrize("states", MIXED, ids=", ".join)
def test_head_changes_nothing_for_visitors(
    app: Flask, client: FlaskClient, house: House, settings: Settings, states: tuple[str, ...]
) -> None:
    bring_about(house, states)
    before = everything(), files(settings)

    answers = walk(app, client, house, ("HEAD",))

    assert (everything(), files(settings)) == before
    assert [ask for ask, code in answers.items() if code >= 500 and not ask.endswith(UNWELL)] == []


@pytest.mark.full
@pytest.mark.parametrize("state", ALL)
def test_no_safe_request_changes_anything(app: Flask, house: House, settings: Settings, state: str) -> None:
    bring_about(house, (state,))
    desk = desk_after_an_hour(app, house)
    before = everything_but_kept(), files(settings)

    answers = walk(app, app.test_client(), house, SAFE) | walk(app, desk, house, SAFE)

    assert (everything_but_kept(), files(settings)) == before
    assert [ask for ask, code in answers.items() if code >= 500 and not ask.endswith(UNWELL)] == []
