"""`flask backup`, as whoever runs the instance meets it."""

import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.processes import file_size_limit
from webinars.accounts.models import Organisation
from webinars.app import backup as backup_module
from webinars.app.backup import backup
from webinars.storage.database import Model, sqlite_module
from webinars.storage.extensions import db


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
    assert words.splitlines()[1] == (
        f"Opened again, it is sound and holds what {db.engine.url} does: {len(Model.metadata.tables)} tables, 1 rows."
    )
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


def test_what_is_written_while_it_is_copied_is_in_neither_count(
    sqlite_app: Flask, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = backup_module.rows_of

    def counted(connection: Any) -> dict[str, int]:
        found = count(connection)
        other = sqlite_module().connect(db.engine.url.database)
        other.execute("UPDATE organisation SET tagline = tagline || 'x'")
        other.execute("CREATE TABLE IF NOT EXISTS late (x)")
        other.execute("INSERT INTO late VALUES (1)")
        other.commit()
        other.close()
        return found

    monkeypatch.setattr(backup_module, "rows_of", counted)
    code, _words = run(sqlite_app, tmp_path / "copy.db")
    db.session.execute(text("DROP TABLE late"))
    db.session.commit()

    copy = sqlite_module().connect(tmp_path / "copy.db")
    assert (code, copy.execute("SELECT tagline FROM organisation").fetchall()) == (0, [("",)])
    copy.close()


def test_a_database_that_is_not_sound_leaves_no_copy(own_app: Flask, tmp_path: Path) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE spoiled (x)")
        connection.exec_driver_sql("INSERT INTO spoiled VALUES (NULL)")
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        words = "UPDATE sqlite_master SET sql = 'CREATE TABLE spoiled (x NOT NULL)' WHERE name = 'spoiled'"
        connection.exec_driver_sql(words)
    db.engine.dispose()

    assert run(own_app, tmp_path / "copy.db") == (
        1,
        "Error: The copy is not sound, and was removed: NULL value in spoiled.x\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_a_copy_that_lacks_something_is_removed(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a disk loses what it was given: one row is gone before the copy is opened again."""

    look = backup_module._look_through

    def after_a_loss(part: Path, rows: dict[str, int]) -> None:
        lost = sqlite_module().connect(part)
        lost.execute("DELETE FROM alembic_version")
        lost.commit()
        lost.close()
        look(part, rows)

    monkeypatch.setattr(backup_module, "_look_through", after_a_loss)

    assert run(own_app, tmp_path / "copy.db") == (
        1,
        "Error: The copy does not hold what the database does (alembic_version), and was removed.\n",
    )
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_a_full_disk_leaves_no_half_copy(own_app: Flask, tmp_path: Path) -> None:
    with file_size_limit(100_000):
        code, words = run(own_app, tmp_path / "copy.db")

    assert (code, words.startswith("Error: Nothing was kept: ")) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_a_file_that_appears_meanwhile_is_left_as_it_is(
    own_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = backup_module._look_through

    def while_another_is_made(part: Path, rows: dict[str, int]) -> None:
        look(part, rows)
        (tmp_path / "copy.db").write_text("precious")

    monkeypatch.setattr(backup_module, "_look_through", while_another_is_made)

    assert run(own_app, tmp_path / "copy.db")[0] == 1
    assert (tmp_path / "copy.db").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "var"]


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
