"""An instance of 0.1.0 with everything in it is taken to the present version, and its people notice nothing.

`tests/data/instance_0_1_0.jsonl` is what that version made of its demonstration: a line a row, parents first, its fifteen
mails sent, with the secret key of the test suite.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, MetaData, Table, func, select, text
from sqlalchemy.orm import joinedload
from sqlalchemy.types import TypeEngine

from tests.page import read
from tests.planning.deeds import edit_session
from tests.rules.test_migrations import empty  # noqa: F401
from webinars.app.letters import WRITERS
from webinars.cycles.models import Session
from webinars.outbox.models import Email
from webinars.outbox.worker import worker_of
from webinars.planning.updates.actions import send
from webinars.storage.extensions import db

FILE = Path(__file__).parent.parent / "data" / "instance_0_1_0.jsonl"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KARIM = "SC2xTUI8yAmA16WEOr0Ia4VnvBS1JPFy-rzhHeBZ52Wp"  # the end of the link in his mails
HIS_UID = "1a20cc88fd2edf4fe6019735ce3c6fc93c3722711eb@example.org"
KINDS = {datetime: datetime.fromisoformat, date: date.fromisoformat, time: time.fromisoformat}


def lines() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row of the instance, with the table it stands in."""
    with FILE.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def fill(connection: Connection) -> None:
    """Writes the instance into the tables of its version."""
    tables: dict[str, Table] = {}
    for name, row in lines():
        table = tables.setdefault(name, Table(name, MetaData(), autoload_with=connection))
        connection.execute(table.insert().values(_typed(table, row)))
    if connection.dialect.name == "postgresql":
        for name, table in tables.items():
            if "id" in table.columns:
                sequence = func.pg_get_serial_sequence(name, "id")
                connection.execute(
                    select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery()))
                )


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: TypeEngine[Any], value: Any) -> Any:
    """What a line says in words, as the column holds it."""
    if value is None or kind.python_type not in KINDS:
        return value
    read_value = KINDS[kind.python_type](value)
    return read_value.replace(tzinfo=UTC) if getattr(kind, "timezone", False) else read_value


def counts() -> Counter[str]:
    """How many rows stand in each table the instance has something in."""
    tables = {name for name, _row in lines()}
    return Counter(
        {name: db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in tables}  # noqa: S608
    )


@pytest.fixture
def upgraded(empty: Flask) -> Iterator[Flask]:  # noqa: F811
    """The instance at the present version, an hour after its mails left."""
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        fill(connection)
    with time_machine.travel(NOW, tick=True):
        upgrade()
        yield empty


@pytest.mark.slow("every step is taken with data in it")
def test_rows_links_and_calendars_of_the_first_version_live_on(upgraded: Flask) -> None:
    """One after the other, as the way up takes its time."""
    held = Counter(name for name, _row in lines())
    assert counts() == held
    assert _counts_a_step_down_and_up_again() == [held, held]
    page = upgraded.test_client().get(f"/me/{KARIM}")
    assert page.status_code == 200
    assert "Karim Haddad" in read(page).text
    assert _told_of_a_move(upgraded) == [("invitation", 0, "sent"), ("invitation_update", 1, "sent")]


def _counts_a_step_down_and_up_again() -> list[Counter[str]]:
    found = []
    for step in (lambda: downgrade(revision="-1"), upgrade):
        db.session.rollback()
        step()
        found.append(counts())
    db.session.rollback()
    return found


def _told_of_a_move(app: Flask) -> list[tuple[str, int | None, str]]:
    """What his calendar hears once the session is a day later: kind, SEQUENCE, state."""
    chosen = select(Session).where(Session.slug == "achats-responsables", Session.capacity == 80)
    session = db.session.scalars(chosen.options(joinedload(Session.cycle))).one()
    day = timedelta(days=1)
    edit_session(session, starts_at=session.starts_at + day, ends_at=session.ends_at + day, now=NOW)
    send(session, now=NOW)
    db.session.commit()
    worker = worker_of(app.app_context, current_app.config["SETTINGS"], WRITERS)
    while worker.work_once(Event()):
        pass
    told = select(Email.kind, Email.sequence, Email.state).where(Email.uid == HIS_UID).order_by(Email.id)
    return [(kind, sequence, state.value) for kind, sequence, state in db.session.execute(told)]
