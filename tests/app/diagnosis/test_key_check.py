"""The key that personal links were made with is known again, and another one is not worked with."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import stamp
from sqlalchemy import text

from config import Settings
from tests.conftest import NOW
from webinars.app.diagnosis.doctor import examine
from webinars.app.diagnosis.key_check import ANOTHER, KeyCheck, keep_key, key_problem
from webinars.storage.extensions import db


@pytest.fixture
def kept(app: Flask) -> None:
    """The instance was started once."""
    keep_key(now=NOW)
    db.session.commit()


@pytest.fixture
def another(app: Flask, kept: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Then its key was changed; the database is of this version."""
    monkeypatch.setitem(app.config, "SECRET_KEY", "another secret, as long as the first one was")
    stamp(revision="head")
    yield
    db.session.rollback()
    db.session.execute(text("DROP TABLE alembic_version"))
    db.session.commit()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def test_before_the_first_start_any_key_is_right(app: Flask) -> None:
    assert key_problem() == ""


def test_the_key_is_kept_once(kept: None) -> None:
    keep_key(now=NOW + timedelta(days=1))
    db.session.commit()

    assert (key_problem(), db.session.get(KeyCheck, KeyCheck.ONLY).kept_at) == ("", NOW)


def test_the_value_says_nothing_of_the_key(kept: None, settings: Settings) -> None:
    value = db.session.get(KeyCheck, KeyCheck.ONLY).value

    assert (len(value), settings.secret_key in value) == (64, False)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_nothing_starts_with_another_key(runner: FlaskCliRunner, another: None, command: str) -> None:
    told = runner.invoke(args=[command])

    assert (told.exit_code, told.output) == (1, f"Error: {ANOTHER}\n")


def test_the_doctor_says_it(another: None, settings: Settings) -> None:
    told = [one.problem for one in examine(settings, deploy=False) if one.what == "key of links"]

    assert told == [ANOTHER]


def test_the_doctor_claims_nothing_of_a_key_it_could_not_compare(app: Flask, settings: Settings) -> None:
    def told() -> list[str]:
        return [one.found for one in examine(settings, deploy=False) if one.what == "key of links"]

    before = told()
    keep_key(now=NOW)
    db.session.commit()
    kept = told()
    KeyCheck.__table__.drop(db.engine)
    without = told()
    KeyCheck.__table__.create(db.engine)

    assert (before, kept) == (["none is kept before the first start"], ["as it was at the first start"])
    assert without == []


def test_a_key_changed_on_purpose_is_accepted(runner: FlaskCliRunner, another: None) -> None:
    told = runner.invoke(args=["key", "accept"])
    db.session.expire_all()

    assert (told.exit_code, key_problem()) == (0, "")
