"""How migrations meet the database: one connection, foreign keys off on SQLite, a lock on PostgreSQL."""

import click
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from webinars.storage import schema
from webinars.storage.database import UtcDateTime
from webinars.storage.extensions import db

MAKING = ("upgrade", "serve")  # commands that begin with an empty database
LOCK = 4_721_118  # any number of our own: two starting machines do not migrate at once


def meet_database() -> None:
    """Ends a command with a sentence where the database is away, or has no tables and is not to be made."""
    command = click.get_current_context(silent=True)
    if command is None:
        return
    try:
        words = schema.out_of_step(may_be_behind=True) if command.info_name in MAKING else schema.missing()
    except SQLAlchemyError as error:
        words = schema.away(error)
    if words:
        raise click.ClickException(words)


def run_migrations() -> None:
    """Brings the database to the asked revision; batch mode rebuilds SQLite tables row for row."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # rebuilding a parent with foreign keys on would empty the children that cascade
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=is_ours,
            render_item=render_item,
            transaction_per_migration=True,
        )
        try:
            with context.begin_transaction():
                hold_others_off(connection)
                context.run_migrations()
        finally:
            connection.rollback()
            if connection.dialect.name == "sqlite":
                connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


def render_item(kind: str, item: object, _context: AutogenContext) -> str | bool:
    """Steps name plain column types: they must run when today's code has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The carrier makes and changes its own tables."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def hold_others_off(connection: Connection) -> None:
    """On PostgreSQL one migration runs at a time; SQLite's own lock does the same."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


if context.is_offline_mode():
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"], target_metadata=db.metadata, literal_binds=True
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    meet_database()
    run_migrations()
