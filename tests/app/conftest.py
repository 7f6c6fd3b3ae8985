"""What the tests of whole instances share."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from tests.processes import make_tables
from webinars import create_app
from webinars.storage.extensions import db


@pytest.fixture
def own_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """An instance of its own, whose database may be spoiled or replaced."""
    folder = tmp_path / "var"
    app = create_app(replace(settings, folder=folder, database_url=f"sqlite:///{folder / 'webinars.db'}"))
    with app.app_context():
        make_tables(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
