"""Two empty databases of the same kind, and what the product has written into its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import NullPool, create_engine, func, make_url, select, text

from webinars.outbox.models import UNSENT, Email, MailState
from webinars.registration.models import Registrant, Registration
from webinars.storage.database import sqlite_module


@dataclass(frozen=True, slots=True)
class Databases:
    """Where the product and the bare form write."""

    kind: str
    product: str
    bare: str


@contextmanager
def two_databases(server: str | None, folder: Path) -> Iterator[Databases]:
    """Files in this folder; or databases on this PostgreSQL server, removed at the end."""
    if server is None:
        yield Databases("sqlite", f"sqlite:///{folder / 'webinars.db'}", f"sqlite:///{folder / 'bare.db'}")
        return
    names = [f"webinars_bench_{part}_{os.getpid()}" for part in ("product", "bare")]
    for name in names:
        _order(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    urls = [make_url(server).set(database=name).render_as_string(hide_password=False) for name in names]
    try:
        yield Databases("postgresql", *urls)
    finally:
        for name in names:
            _order(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _order(server: str, words: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(words))


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the product's database."""

    registrants: int
    registrations: int
    mails: dict[MailState, int]

    @property
    def unsent(self) -> int:
        """Mails that have not left yet."""
        return sum(self.mails.get(state, 0) for state in UNSENT)


def written(url: str) -> Written:
    """What stands in the product's database now."""
    with create_engine(url, poolclass=NullPool, **database_options(url)).connect() as connection:
        mails = connection.execute(
            select(Email.state, func.count()).group_by(Email.state).order_by(Email.state)
        )
        return Written(
            mails=dict(mails.all()),
            registrants=connection.scalar(select(func.count()).select_from(Registrant)) or 0,
            registrations=connection.scalar(select(func.count()).select_from(Registration)) or 0,
        )


def backends(url: str) -> list[int]:
    """The processes of PostgreSQL that answer this database's connections; it must run on this machine. None for SQLite."""
    if url.startswith("sqlite"):
        return []
    asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return list(connection.scalars(text(asked)))


def database_options(url: str) -> dict[str, Any]:
    """What opening an engine at this address takes beside it."""
    module: ModuleType = sqlite_module()
    return {"module": module} if url.startswith("sqlite") else {}
