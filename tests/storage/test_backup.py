"""`flask backup`, as whoever runs the instance meets it."""

import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from webinars.accounts.models import Organisation
from webinars.backup import backup
from webinars.database import sqlite_module
from webinars.extensions import db


def run(app: Flask, file: Path) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(backup, [str(file)])
    return done.exit_code, done.output


@pytest.fixture
def sqlite_app(app: Flask) -> Flask:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite")
    return app


def test_a_copy_holds_everything_in_one_file_of_our_own(
    sqlite_app: Flask, organisation: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    db.session.execute(text("UPDATE organisation SET tagline = 'not committed yet'"))
    code, words = run(sqlite_app, file)
    db.session.rollback()

    assert (code, words.startswith(f"The database is in {file}. Keep WEBINARS_SECRET_KEY and ")) == (0, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    copy = sqlite_module().connect(file)
    assert copy.execute("SELECT slug, tagline FROM organisation").fetchall() == [("vto", "")]
    copy.close()


def test_a_file_that_exists_is_left_as_it_is(sqlite_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("precious")

    assert run(sqlite_app, file) == (1, f"Error: {file} exists already: name another file.\n")
    assert file.read_text() == "precious"


def test_a_place_that_cannot_be_written_is_said(sqlite_app: Flask, tmp_path: Path) -> None:
    code, words = run(sqlite_app, tmp_path / "nowhere" / "copy.db")

    assert (code, words.endswith("cannot be written: No such file or directory.\n")) == (1, True)


def test_postgresql_has_its_own_tool(app: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")

    assert run(app, tmp_path / "copy") == (
        1,
        "Error: This database is PostgreSQL: back it up with pg_dump.\n",
    )
    assert list(tmp_path.iterdir()) == []
