"""`flask restore`, as whoever runs the instance meets it on a bad day."""

import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from config import ROOT
from tests.processes import file_size_limit
from webinars.app.backup import backup
from webinars.app.restore import restore
from webinars.storage.database import sqlite_module
from webinars.storage.extensions import db


def run(app: Flask, *words: object) -> tuple[int, str]:
    db.session.remove()
    done = app.test_cli_runner().invoke(restore, [str(word) for word in words])
    return done.exit_code, done.output


@pytest.fixture
def place(own_app: Flask, tmp_path: Path) -> Path:
    return tmp_path / "var" / "webinars.db"


@pytest.fixture
def copy(own_app: Flask, tmp_path: Path) -> Path:
    """A copy that holds a mark of its own; the database has gone on since."""
    file = tmp_path / "copy.db"
    write("then")
    assert own_app.test_cli_runner().invoke(backup, [str(file)]).exit_code == 0
    write("since")
    return file


def write(name: str) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS mark (name)")
        connection.execute(text("INSERT INTO mark VALUES (:name)"), {"name": name})


def marks(file: Path) -> list[str]:
    opened: Any = sqlite_module().connect(file)
    found = [name for (name,) in opened.execute("SELECT name FROM mark ORDER BY rowid")]
    opened.close()
    return found


def beside(place: Path) -> list[Path]:
    """What was replaced."""
    return sorted(path for path in place.parent.iterdir() if ".replaced-" in path.name)


def test_what_the_copy_held_is_back_and_what_it_replaces_is_kept(
    own_app: Flask, copy: Path, place: Path
) -> None:
    code, words = run(own_app, copy, "--replace")

    assert code == 0, words
    [kept] = beside(place)
    assert (marks(place), marks(kept)) == (["then"], ["then", "since"])
    assert words.splitlines()[0].startswith(f"{place} holds what {copy} does: ")
    assert words.splitlines()[1] == f"What it replaces is kept: {kept}"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert marks(copy) == ["then"]


KILLED = """
import os, sys
from webinars.storage.database import sqlite_module
killed = sqlite_module().connect(sys.argv[1], isolation_level=None)
killed.execute("INSERT INTO mark VALUES ('killed')")
os._exit(0)
"""


def test_a_service_that_was_killed_leaves_its_database_alone_and_whole(
    own_app: Flask, copy: Path, place: Path
) -> None:
    db.engine.dispose()
    subprocess.run([sys.executable, "-c", KILLED, place], cwd=ROOT, check=True)
    assert Path(f"{place}-shm").exists()

    assert run(own_app, copy, "--replace")[0] == 0
    [kept] = beside(place)
    assert marks(kept) == ["then", "since", "killed"]


def test_a_database_that_holds_something_is_left_unless_told(own_app: Flask, copy: Path, place: Path) -> None:
    code, words = run(own_app, copy)

    assert (code, "holds 2 rows: with --replace it is kept beside" in words) == (1, True)
    assert (marks(place), beside(place)) == (["then", "since"], [])
    assert not list(place.parent.glob("*.part"))


def test_an_empty_database_or_none_gives_way_at_once(own_app: Flask, copy: Path, place: Path) -> None:
    db.engine.dispose()
    place.unlink()
    assert run(own_app, copy)[0] == 0
    assert (marks(place), beside(place)) == (["then"], [])
    db.engine.dispose()
    place.write_bytes(b"")

    assert run(own_app, copy)[0] == 0
    assert marks(place) == ["then"]


def test_a_database_somebody_has_open_is_not_replaced(own_app: Flask, copy: Path, place: Path) -> None:
    other: Any = sqlite_module().connect(place)
    other.execute("SELECT count(*) FROM mark").fetchone()
    try:
        answer = run(own_app, copy, "--replace")
    finally:
        other.close()

    assert answer == (
        1,
        "Error: Somebody has the database open: stop the service, its workers and commands first.\n",
    )
    assert (marks(place), beside(place)) == (["then", "since"], [])


def test_a_spoiled_database_gives_way_when_told_with_the_log_it_left(
    own_app: Flask, copy: Path, place: Path
) -> None:
    db.engine.dispose()
    place.write_bytes(b"spoiled" * 1000)
    Path(f"{place}-wal").write_bytes(b"of the spoiled one")
    code, words = run(own_app, copy)
    assert (code, "holds no database of SQLite: with --replace it is kept" in words) == (1, True)

    assert run(own_app, copy, "--replace")[0] == 0
    assert marks(place) == ["then"]
    assert [path.read_bytes()[:7] for path in beside(place)] == [b"spoiled", b"of the "]


def test_a_damaged_database_gives_way_when_told(own_app: Flask, copy: Path, place: Path) -> None:
    db.engine.dispose()
    whole = place.read_bytes()
    place.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])
    code, words = run(own_app, copy)
    assert (code, "holds something that cannot be read (" in words) == (1, True), words

    assert run(own_app, copy, "--replace")[0] == 0
    assert marks(place) == ["then"]
    assert beside(place)[0].read_bytes()[:16] == whole[:16]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no copy of a database of ours"),
        (b"not a database at all" * 99, "Nothing was changed: file is not a database."),
    ],
)
def test_a_file_that_is_no_copy_changes_nothing(
    own_app: Flask, copy: Path, place: Path, content: bytes, words: str
) -> None:
    copy.write_bytes(content)
    code, said = run(own_app, copy, "--replace")

    assert (code, words in said) == (1, True), said
    assert (marks(place), beside(place)) == (["then", "since"], [])


def test_a_copy_cut_short_changes_nothing(own_app: Flask, copy: Path, place: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-20_000])

    assert run(own_app, copy, "--replace")[0] == 1
    assert (marks(place), beside(place)) == (["then", "since"], [])


def test_a_copy_of_a_newer_version_changes_nothing(own_app: Flask, copy: Path, place: Path) -> None:
    newer: Any = sqlite_module().connect(copy)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    code, words = run(own_app, copy, "--replace")

    assert (code, "A newer version has changed the database (step 9999)" in words) == (1, True)
    assert marks(place) == ["then", "since"]


def test_the_database_itself_is_no_copy(own_app: Flask, copy: Path, place: Path) -> None:
    assert run(own_app, place, "--replace") == (
        1,
        f"Error: {place} is the database in place: name a copy of it.\n",
    )


def test_a_full_disk_changes_nothing(own_app: Flask, copy: Path, place: Path) -> None:
    db.engine.dispose()
    with file_size_limit(100_000):
        code, words = run(own_app, copy, "--replace")

    assert (code, words.startswith("Error: Nothing was changed: ")) == (1, True)
    assert (marks(place), beside(place), list(place.parent.glob("*.part"))) == (["then", "since"], [], [])


def test_postgresql_is_told_the_line_of_its_own_tool(app: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")
    file = tmp_path / "dump"
    file.touch()
    code, words = run(app, file)

    assert (code, "pg_restore --clean --if-exists --single-transaction" in words) == (1, True)
    assert f"/{db.engine.url.database} FILE" in words
