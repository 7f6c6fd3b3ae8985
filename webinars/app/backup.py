"""A copy of a SQLite database while everything runs (specification/security, rule 18)."""

import os
import secrets
from pathlib import Path
from typing import Any

import click
from flask import current_app

from config import Settings
from setting_values import PREFIX
from webinars.storage import schema
from webinars.storage.database import sqlite_module
from webinars.storage.extensions import db

# the engine's own tables, of counters, hold nothing of ours
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the SQLite database into FILE while everything runs; a file that exists is left as it is."""
    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("This database is PostgreSQL: back it up with pg_dump.")
    # unfinished, it has another name, and none of a second backup
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        reserve(part)
        rows = _copy_into(part)
        reserve(file)
        part.replace(file)
    except FileExistsError:
        raise click.ClickException(f"{file} exists already: name another file.") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    except sqlite_module().Error as error:
        raise click.ClickException(f"Nothing was kept: {error}.") from error
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):  # SQLite's own, where the disk was full
            left.unlink(missing_ok=True)
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"The database is in {file}. Keep {PREFIX}SECRET_KEY and {settings.storage} with it.")
    count = f"{len(rows)} tables, {sum(rows.values()):,} rows"
    click.echo(f"Opened again, it is sound and holds what {schema.database_address()} does: {count}.")


def reserve(file: Path) -> None:
    """Makes an empty file for us alone; raises FileExistsError rather than take one that is there."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy_into(part: Path) -> dict[str, int]:
    source = db.engine.raw_connection()
    try:
        return copy(source.driver_connection, part)
    finally:
        source.close()


def copy(source: Any, part: Path) -> dict[str, int]:
    """Copies in one go, of one moment; the rows of each table, once the copy was opened again and found whole."""
    source.execute("BEGIN")  # what is written meanwhile is in neither
    rows = rows_of(source)
    target = sqlite_module().connect(part)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    finally:
        target.close()
    source.execute("ROLLBACK")
    _look_through(part, rows)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    return rows


def _look_through(part: Path, rows: dict[str, int]) -> None:
    """Raises a sentence when the copy, opened anew, is not sound or does not hold these rows."""
    opened = sqlite_module().connect(part)
    try:
        [found] = opened.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise click.ClickException(f"The copy is not sound, and was removed: {found}")
        copied = rows_of(opened)
    finally:
        opened.close()
    differing = sorted(name for name in rows.keys() | copied.keys() if rows.get(name) != copied.get(name))
    if differing or not rows:
        named = ", ".join(differing) or "no table"
        raise click.ClickException(
            f"The copy does not hold what the database does ({named}), and was removed."
        )


def rows_of(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    names = [name for (name,) in connection.execute(TABLES)]
    counted = {}
    for name in names:
        quoted = name.replace('"', '""')  # a name of the database's own
        [counted[name]] = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608
    return counted
