"""Back to a copy of a SQLite database: it is checked first, and what it replaces is kept beside it.

By specification/security, rule 18.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from webinars import clock
from webinars.app.backup import copy, reserve, rows_of
from webinars.app.diagnosis.key_check import key_problem
from webinars.outbox.models import Email, MailState, is_in
from webinars.storage import schema
from webinars.storage.database import Model, sqlite_module
from webinars.storage.extensions import db

STEP = "alembic_version"  # its row alone is no content
MAGIC = b"SQLite format 3\0"
PARTS = ("-wal", "-shm", "")  # a log belongs to its database alone
IN_USE = "Somebody has the database open: stop the service, its workers and commands first."
POSTGRESQL = """This database is PostgreSQL. Stop the service, then put back what `pg_dump --format=custom` wrote:
  pg_restore --clean --if-exists --single-transaction --exit-on-error --dbname={address} FILE"""


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Also where the database in place holds something; it is kept.")
@with_appcontext
def restore(file: Path, *, replace: bool) -> None:
    """Put FILE, written by `flask backup`, in the place of the SQLite database once it was checked; stop the service first."""
    if db.engine.dialect.name != "sqlite":
        address = db.engine.url.set(drivername="postgresql", password=None).render_as_string()
        raise click.ClickException(POSTGRESQL.format(address=address))
    target = Path(str(db.engine.url.database)).resolve()
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    db.engine.dispose()
    try:
        reserve(part)
        rows = _checked(file, target, part)
        with _held(target) as content:
            kept = _exchange(part, target, content, is_told=replace)
    except sqlite_module().Error as error:
        raise click.ClickException(f"Nothing was changed: {error}.") from error
    except OSError as error:
        raise click.ClickException(f"Nothing was changed: {error.filename}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{target} holds what {file} does: {len(rows)} tables, {sum(rows.values()):,} rows.")
    if kept is not None:
        click.echo(f"What it replaces is kept: {kept}")
    for words in _what_follows():
        click.echo(words)


def _checked(file: Path, target: Path, part: Path) -> dict[str, int]:
    """Copies the file and looks the copy through; raises a sentence unless it is ours, sound, and of no newer version."""
    if target.exists() and file.samefile(target):
        raise click.ClickException(f"{file} is the database in place: name a copy of it.")
    with closing(sqlite_module().connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source:
        source.isolation_level = None
        if not {STEP, *Model.metadata.tables.keys()} & rows_of(source).keys() > {STEP}:
            raise click.ClickException(f"{file} is no copy of a database of ours: our tables are not in it.")
        steps = {step for (step,) in source.execute(f"SELECT version_num FROM {STEP}")}  # noqa: S608
        words = schema.difference(steps, may_be_behind=True)
        if words:
            raise click.ClickException(f"{file} cannot be used. {words}")
        return copy(source, part)


@contextmanager
def _held(target: Path) -> Iterator[str]:
    """Keeps everybody out of the database in place; says what it holds, nothing when it is empty or not there."""
    if not target.exists() or not _is_database(target):
        yield "" if not target.exists() or not target.stat().st_size else "no database of SQLite"
        return
    with closing(sqlite_module().connect(target, timeout=1, isolation_level=None)) as holder:
        try:
            content = _content(holder)
        except sqlite_module().OperationalError as error:
            if "locked" not in str(error):
                raise
            raise click.ClickException(IN_USE) from None
        except sqlite_module().DatabaseError as error:  # what one restores for
            content = f"something that cannot be read ({error})"
        yield content


def _is_database(target: Path) -> bool:
    with target.open("rb") as file:
        return (
            file.read(len(MAGIC)) == MAGIC
        )  # SQLite removes the log of what it cannot open: that is kept, too


def _content(holder: Any) -> str:
    # puts the log back into it, and removes it; refused while anybody has it open
    holder.execute("PRAGMA journal_mode=DELETE")
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")  # earlier, SQLite would leave the index of the log there
    holder.execute("BEGIN EXCLUSIVE")
    count = sum(rows for table, rows in rows_of(holder).items() if table != STEP)
    return f"{count:,} rows" if count else ""


def _exchange(part: Path, target: Path, content: str, *, is_told: bool) -> Path | None:
    """Puts the part in the place; where that which was there lies now, None when there was nothing."""
    if content and not is_told:
        raise click.ClickException(
            f"{target} holds {content}: with --replace it is kept beside, and the copy takes its place."
        )
    owner = (target if target.exists() else target.parent).stat()
    if os.geteuid() == 0:
        os.chown(part, owner.st_uid, owner.st_gid)  # the service is to write into it
    kept = target.with_name(f"{target.name}.replaced-{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")
    found = [end for end in PARTS if Path(f"{target}{end}").exists()]
    for end in found:
        Path(f"{target}{end}").rename(f"{kept}{end}")
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return kept if found else None


def _what_follows() -> Iterator[str]:
    """What is to be done or known before the service starts on the copy."""
    behind = schema.out_of_step()
    if behind:
        yield behind
        return
    problem = key_problem()
    if problem:
        yield problem
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Email)
        .where(is_in(MailState.QUEUED, MailState.SENDING, MailState.WITHHELD))
    )
    db.session.rollback()
    if waiting:
        yield (
            f"{waiting:,} mails wait in it. What has left since the copy was made leaves again: look with `flask outbox status`, "
            "and hold it back with `flask outbox pause` before the service starts."
        )
