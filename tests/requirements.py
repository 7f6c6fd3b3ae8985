"""What a test may need beside Python: a skip with its reason, or a failure where everything must run."""

import os

import pytest
from sqlalchemy import create_engine, make_url
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
