"""SQLite puts its log back by itself, so that it does not grow without bound."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.races.database import racing_app
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

MB = 1024 * 1024


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a SQLite file of its own, with a table to fill."""
    app = racing_app(tmp_path, f"sqlite:///{tmp_path / 'filled.db'}")
    with app.app_context():
        db.session.execute(text("CREATE TABLE filler (bytes BLOB)"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def write(megabytes: int) -> None:
    for _one in range(megabytes):
        db.session.execute(text("INSERT INTO filler VALUES (zeroblob(:size))"), {"size": MB})
        db.session.commit()


def length() -> int:
    return Path(f"{db.engine.url.database}-wal").stat().st_size


def test_each_connection_is_opened_as_agreed(app: Flask) -> None:
    with db.engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one_or_none()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "wal_autocheckpoint")
        }
        mapped = connection.exec_driver_sql("PRAGMA mmap_size").scalar_one_or_none()

    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "wal_autocheckpoint": 1000,
    }
    assert not mapped


def test_the_log_stays_short(app: Flask) -> None:
    write(40)

    assert length() < 8 * MB


def test_somebody_who_reads_for_long_keeps_the_log_and_no_writer(app: Flask) -> None:
    with db.engine.connect() as reader:
        with only_reading():
            reader.execute(text("SELECT count(*) FROM filler")).all()
        write(10)
        assert length() > 10 * MB
    long = length()
    write(20)

    assert length() <= long + 2 * MB  # begun anew, and no longer


def test_whoever_writes_next_puts_back_what_another_left(app: Flask) -> None:
    database = Path(str(db.engine.url.database))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=0")
        connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(6000000))")
        connection.commit()
        before = database.stat().st_size
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint=1000")
    write(1)

    assert (before < MB, database.stat().st_size > 6 * MB) == (True, True)
