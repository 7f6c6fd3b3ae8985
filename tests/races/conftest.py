"""Two engines, one application each, emptied between tests."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.races.database import racing_app
from tests.requirements import answering_server, fresh_database, need
from webinars.storage.database import Model
from webinars.storage.extensions import db


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def racing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on one engine."""
    folder = tmp_path_factory.mktemp("races")
    url = f"sqlite:///{folder / 'races.db'}"
    if request.param == "postgresql":
        server = answering_server()
        need(server, "a PostgreSQL server")
        url = fresh_database(str(server), f"webinars_races_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    app = racing_app(folder, url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(racing: Flask) -> Iterator[Flask]:
    """The application on an empty database; no context is open, each job opens its own."""
    yield racing
    with racing.app_context():
        for table in reversed(Model.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
