"""What a test may need beside Python: a skip with its reason, or a failure where everything must run."""

import os
import zlib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

ALL = "WEBINARS_TEST_REQUIRE_ALL"
SERVER = "WEBINARS_TEST_POSTGRESQL"
ENGINE = "WEBINARS_TEST_ENGINE"
LOCAL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def need(there: object, what: str) -> None:
    """Skips the test and says what is missing; fails it where WEBINARS_TEST_REQUIRE_ALL is set."""
    if there:
        return
    if os.environ.get(ALL):
        pytest.fail(f"{what} is missing, and {ALL} is set", pytrace=False)
    pytest.skip(f"{what} is not on this machine")


def answering_server() -> str | None:
    """The first PostgreSQL server that lets us in: the named one, then this machine's; None when there is none."""
    for server in filter(None, (os.environ.get(SERVER), LOCAL)):
        engine = create_engine(make_url(server), connect_args={"connect_timeout": 3})
        try:
            engine.connect().close()
        except OperationalError:
            continue
        finally:
            engine.dispose()
        return server
    return None


def fresh_database(server: str, name: str, *, like: str = "template0") -> str:
    """The address of a database on that server, empty or like another nobody is connected to; each checkout has its own."""
    name = f"{name}_{zlib.crc32(str(Path(__file__).parent).encode()):08x}"
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like} ENCODING 'UTF8'"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
