"""No command works on a database that is missing, empty or away; none makes one by looking."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup

from config import Settings
from tests.conftest import SECRET
from tests.outbox.sink import free_port
from webinars import create_app
from webinars.app.commands import COMMANDS, PROCESSES
from webinars.storage.extensions import db

MIGRATIONS = ("current", "check", "stamp", "downgrade", "migrate")  # that meet the database
AWAY = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def leaves(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            yield from leaves(one, *names, name)
    else:
        yield names


EVERY = [
    *(names for one in (*PROCESSES, *COMMANDS) for names in leaves(one, str(one.name))),
    *(("db", name) for name in MIGRATIONS),
]


def asked(flask: FlaskGroup, names: tuple[str, ...], file: Path) -> list[str]:
    """A call of the command with something for whatever it needs."""
    command: Any = flask
    context = click.Context(flask, obj=flask.make_context("flask", ["--help"], resilient_parsing=True).obj)
    for name in names:
        command = command.get_command(context, name)
    words = list(names)
    for parameter in command.params:
        if parameter.required or getattr(parameter, "prompt", None):
            is_path = isinstance(parameter.type, click.Path)
            value = str(file) if is_path else "1" if parameter.type is click.INT else "a@example.org"
            words += [parameter.opts[0], value] if isinstance(parameter, click.Option) else [value]
    return [*words, "-"] if names == ("replies", "read") else words


def call(app: Flask, names: tuple[str, ...], file: Path) -> tuple[int, str]:
    flask = FlaskGroup(create_app=lambda: app, set_debug_flag=False, load_dotenv=False)
    with app.app_context():
        words = asked(flask, names, file)
    done = CliRunner().invoke(flask, words, input="")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output.strip().splitlines()[-1]


def app_on(folder: Path, url: str = "") -> Flask:
    file = folder / "webinars.db"
    return create_app(
        Settings(
            secret_key=SECRET,
            folder=folder,
            database_url=url or f"sqlite:///{file}",
            port=free_port(),
            log_level="WARNING",
        )
    )


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A file for commands that read one."""
    file = tmp_path / "given.json"
    file.write_text("{}")
    return file


def test_a_database_that_is_missing_is_said_by_each_command(tmp_path: Path, given: Path) -> None:
    folder = tmp_path / "var"
    app = app_on(folder)
    said = {names: call(app, names, given) for names in EVERY}

    words = (
        f"Error: There is no database at sqlite:///{folder / 'webinars.db'}: run `flask db upgrade` to make it,"
        " or name the right one: WEBINARS_DATABASE_URL, WEBINARS_FOLDER."
    )
    assert set(said.values()) == {(1, words), (75, words)}
    assert [names for names, (code, _words) in said.items() if code == 75] == [("replies", "read")]
    assert list(folder.iterdir()) == []
    assert len(EVERY) > 20


def test_a_database_without_tables_is_said_by_each_command(tmp_path: Path, given: Path) -> None:
    app = app_on(tmp_path / "var")
    (tmp_path / "var" / "webinars.db").touch()
    said = {names: call(app, names, given)[1] for names in EVERY}
    with app.app_context():
        db.engine.dispose()

    assert {words.partition(":")[2].strip().partition("/")[0] for words in said.values()} == {
        "The database sqlite:"
    }
    assert {words.partition("webinars.db ")[2].partition(",")[0] for words in said.values()} == {
        "is empty: run `flask db upgrade`"
    }


def test_a_database_that_is_away_is_said_by_each_command(tmp_path: Path, given: Path) -> None:
    app = app_on(tmp_path / "var", AWAY)
    waiting = {("serve",), ("worker",), ("doctor",)}  # the first two wait for it, the third says more
    said = {names: call(app, names, given) for names in EVERY if names not in waiting}

    assert {words.partition(" (")[0] for _code, words in said.values()} == {f"Error: {AWAY} does not answer"}
    assert {code for code, _words in said.values()} == {1, 75}
