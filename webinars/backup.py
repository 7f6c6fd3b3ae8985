"""A copy of a SQLite database while everything runs (security rule 18)."""

import os
from pathlib import Path

import click
from flask import current_app

from config import Settings
from setting_values import PREFIX
from webinars.database import sqlite_module
from webinars.extensions import db


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the SQLite database into FILE while everything runs; a file that exists is left as it is."""
    if db.engine.dialect.name != "sqlite":
        raise click.ClickException("This database is PostgreSQL: back it up with pg_dump.")
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise click.ClickException(f"{file} exists already: name another file.") from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    try:
        _copy_into(file)
    except BaseException:
        file.unlink()
        raise
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"The database is in {file}. Keep {PREFIX}SECRET_KEY and {settings.storage} with it.")


def _copy_into(file: Path) -> None:
    """Copies in one go: what is written meanwhile is not waited for and does not begin it anew."""
    module = sqlite_module()
    source, target = db.engine.raw_connection(), module.connect(file)
    try:
        source.driver_connection.backup(target)  # type: ignore[union-attr]
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        [found] = target.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise click.ClickException(f"The copy is not sound, and was removed: {found}")
    except module.Error as error:
        raise click.ClickException(f"Nothing was kept: {error}.") from error
    finally:
        target.close()
        source.close()
