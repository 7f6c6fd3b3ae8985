"""The step that ends the counting of returned mail keeps what a server has called wrong, and lets the rest have mail again."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from config import Settings
from tests.conftest import SECRET, database_url
from webinars import create_app
from webinars.storage.extensions import db

MARKS = [
    ("wrong@town.fr", 1, "2026-03-02 09:00:00", "5.1.1 550 unknown"),
    ("also-wrong@town.fr", 3, "2026-03-02 09:00:00", "5.1.10 unknown"),
    ("before@town.fr", 0, "2026-03-02 09:00:00", "5.1.0 said once"),
    ("away@town.fr", 3, "2026-03-02 09:00:00", "returned without a report"),
    ("full@town.fr", 4, "2026-03-02 09:00:00", "5.2.2 full"),
    ("counted@town.fr", 2, None, "5.2.2 full"),
]


@pytest.fixture
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An instance as it was, with marks."""
    folder = tmp_path_factory.mktemp("marks")
    url = database_url(folder, "marks")
    app = create_app(Settings(secret_key=SECRET, folder=folder, database_url=url, log_level="ERROR"))
    with app.app_context():
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            for key, bounces, marked_at, reason in MARKS:
                connection.execute(
                    text("INSERT INTO address_mark VALUES (:key, :bounces, :marked_at, :reason)"),
                    {"key": key, "bounces": bounces, "marked_at": marked_at, "reason": reason},
                )
        yield app
        db.session.remove()
        db.engine.dispose()


def kept() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT recipient_key FROM address_mark ORDER BY 1")))


def test_who_was_counted_out_is_written_to_again_and_wrong_addresses_stay_marked(before: Flask) -> None:
    upgrade(revision="0004")
    assert kept() == ["also-wrong@town.fr", "before@town.fr", "wrong@town.fr"]

    downgrade(revision="0001")
    upgrade(revision="0004")
    assert kept() == ["also-wrong@town.fr", "before@town.fr", "wrong@town.fr"]
