"""A database of its own, so that what is made in it can be thrown away as a whole."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from config import Settings
from tests.accounts.signed_in import Browser
from tests.conftest import database_url
from tests.journal.conftest import demo_1, scene, zoom
from tests.journal.scene import Scene
from tests.rules.test_get_changes_nothing import house
from webinars import create_app
from webinars.storage.database import Model
from webinars.storage.extensions import db

__all__ = ["Scene", "demo_1", "house", "scene", "zoom"]


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of the suite, on a fresh database and in a folder of its own."""
    folder = tmp_path_factory.mktemp("plans")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return replace(settings, folder=folder, database_url=database_url(folder, f"plans_{worker}"))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on that database."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
