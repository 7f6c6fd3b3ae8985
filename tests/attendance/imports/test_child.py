"""A long report is read, recorded and taken back by a child process; one that falls leaves a sentence and nothing by half."""

import os
import pickle
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from config import Settings
from tests.actors import NADIA
from tests.attendance.long_reports import over_with, report_of, the_one_over
from tests.conftest import NOW
from tests.storage.test_unavailable import another_process_writes, only_on_sqlite
from webinars.attendance import queries
from webinars.attendance.imports import actions, child
from webinars.attendance.imports.errors import ReportStopped
from webinars.attendance.models import Attendance
from webinars.attendance.reports.connections import UNANSWERED
from webinars.attendance.reports.errors import AnotherIsRead, FileTooLarge, FormatUnsupported
from webinars.cycles.models import Cycle
from webinars.errors import Refusal, StorageUnavailable, WordedRefusal
from webinars.storage import database
from webinars.storage.database import ASKS_FOR, open_as_agreed
from webinars.storage.extensions import db

PEOPLE = 12


def ends_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def meets_a_full_disk() -> None:
    raise OSError(28, "No space left on device")


def is_wrong() -> None:
    raise RuntimeError


def refuses() -> None:
    raise FileTooLarge(limit="cell", line=7)


def sleeps() -> None:
    time.sleep(600)


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def concluded() -> int:
    found = db.session.scalar(select(func.count()).select_from(Attendance)) or 0
    db.session.rollback()
    return found


@pytest.mark.slow("each child starts the application anew")
def test_a_report_is_read_recorded_and_taken_back_by_a_child(
    app: Flask, cycle: Cycle, settings: Settings
) -> None:
    content, session_id = report_of(PEOPLE), over_with(cycle, PEOPLE).id
    reading = partial(actions.read_dropped, session_id, content, settings=settings, now=NOW)
    digest = child.done(reading, settings, is_long=True)
    told = {"answers": UNANSWERED, "file_name": "zoom.csv", "by": NADIA, "now": NOW, "settings": settings}
    recording = partial(actions.record_previewed, session_id, digest, content, **told)
    child.done(recording, settings, is_long=True)
    assert concluded() == PEOPLE

    (report,) = queries.reports_of(the_one_over())
    undoing = partial(actions.take_back, session_id, report.public_id, by=NADIA, now=NOW)
    child.done(undoing, settings, is_long=True)

    assert concluded() == 0


@pytest.mark.slow("each child starts the application anew")
@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (ends_itself, ReportStopped),
        (is_wrong, ReportStopped),
        (meets_a_full_disk, StorageUnavailable),
        (refuses, FileTooLarge),
    ],
)
def test_what_goes_wrong_in_the_child_is_said_to_who_asked(
    app: Flask, settings: Settings, deed: Callable[[], None], said: type[Refusal]
) -> None:
    with pytest.raises(said) as met:
        child.done(deed, settings, is_long=True)

    if isinstance(met.value, FileTooLarge):
        again = FileTooLarge(limit="cell", line=7)
        assert (met.value.facts, str(met.value)) == (again.facts, str(again))


def test_a_child_that_takes_too_long_is_ended(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "SECONDS", 0.5)

    with pytest.raises(ReportStopped):
        child.done(sleeps, settings, is_long=True)


def test_a_child_that_cannot_be_started_is_said(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child.sys, "executable", "/nowhere/python")  # type: ignore[attr-defined]

    with pytest.raises(ReportStopped):
        child.done(sleeps, settings, is_long=True)


def test_one_at_a_time_has_a_child(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 0.01)

    with child._lock, pytest.raises(AnotherIsRead):
        child.done(sleeps, settings, is_long=True)


@pytest.mark.slow("each child starts the application anew")
def test_whoever_signs_up_goes_before_the_child(app: Flask, settings: Settings) -> None:
    assert child.done(priority, settings, is_long=True) == priority() + 10
    assert child.done(priority, settings, is_long=False) == priority()


@pytest.mark.parametrize(
    "refused",
    [FileTooLarge(limit="rows"), FormatUnsupported(kind="PDF"), WordedRefusal("No."), ReportStopped()],
)
def test_a_refusal_says_the_same_in_another_process(app: Flask, refused: Refusal) -> None:
    again = pickle.loads(pickle.dumps(refused))  # noqa: S301 — our own

    assert (type(again), str(again)) == (type(refused), str(refused))


@pytest.mark.parametrize("options", [{}, {ASKS_FOR: 0.3}])
def test_beside_writers_of_another_process_one_asks_often_for_the_turn(
    app: Flask, monkeypatch: pytest.MonkeyPatch, options: dict[str, float]
) -> None:
    only_on_sqlite()
    monkeypatch.setattr(database, "LOCK_SECONDS", 5.0 if options else 0.3)
    asked = list[str]()
    engine = create_engine(db.engine.url, module=db.engine.dialect.loaded_dbapi)
    open_as_agreed(engine, must_only_read=lambda: False)
    engine.update_execution_options(**options)
    with engine.connect() as connection, another_process_writes(app):
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(asked.append)
        with pytest.raises(OperationalError, match="locked"):
            connection.execute(text("SELECT 1"))

    assert asked.count("BEGIN IMMEDIATE") > 20
    engine.dispose()
