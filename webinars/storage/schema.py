"""Whether the database has our tables, and stands at the step of the migrations that this program works on."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from setting_values import PREFIX
from webinars.storage.database import Model, engine_words, only_reading
from webinars.storage.extensions import db


def missing() -> str:
    """Why there is nothing to work on: no database, or none of our tables; empty when they are there.

    Makes no SQLite file; raises SQLAlchemyError while a server does not answer.
    """
    found = database_address()
    otherwise = f"or name the right one: {PREFIX}DATABASE_URL, {PREFIX}FOLDER"
    if db.engine.dialect.name == "sqlite" and not _is_file_there():
        return f"There is no database at {found}: run `flask db upgrade` to make it, {otherwise}."
    with only_reading():  # whoever writes meanwhile is not waited for
        tables = set(inspect(db.engine).get_table_names())
    if tables & Model.metadata.tables.keys():
        return ""
    return f"The database {found} is empty: run `flask db upgrade`, {otherwise}."


def database_address() -> str:
    """Where the database is, without its password."""
    return db.engine.url.render_as_string(hide_password=True)


def away(error: SQLAlchemyError) -> str:
    """What is said of a database that does not answer."""
    return f"{database_address()} does not answer ({engine_words(error)}): check {PREFIX}DATABASE_URL."


def out_of_step(*, may_be_behind: bool = False) -> str:
    """Why this program and the database do not go together: it is behind, or ahead; empty when they do.

    Makes a SQLite file that is not there, as every connection does.
    """
    with only_reading(), db.engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    return difference(current, may_be_behind=may_be_behind)


def difference(current: set[str], *, may_be_behind: bool = False) -> str:
    """What to do about a database that stands at these steps; empty when it is up to date."""
    steps = ScriptDirectory(str(ROOT / "migrations"))
    if current == set(steps.get_heads()):
        return ""
    unknown = current - {step.revision for step in steps.walk_revisions()}
    if unknown:
        named = ", ".join(sorted(unknown))
        return (
            f"A newer version has changed the database (step {named}): start that one, or go back to a copy."
        )
    if may_be_behind:
        return ""
    named = ", ".join(sorted(current)) or "none"
    return f"The database is behind this version (step {named}): run `flask db upgrade`."


def _is_file_there() -> bool:
    file = db.engine.url.database
    return file in (None, "", ":memory:") or Path(str(file)).exists()
