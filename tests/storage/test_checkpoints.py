"""SQLite's log is put back by one process at a time, and does not grow without bound."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.races.database import racing_app
from webinars.storage import checkpoints
from webinars.storage.checkpoints import Keeper, keep_log_short
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

MB = 1024 * 1024


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An application on a SQLite file of its own, with a table to fill."""
    app = racing_app(tmp_path, f"sqlite:///{tmp_path / 'filled.db'}")
    with app.app_context():
        db.session.execute(text("CREATE TABLE filler (octets BLOB)"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def keeper() -> Keeper:
    return Keeper(db.engine, Path(str(db.engine.url.database)))


def write(megabytes: int) -> None:
    for _one in range(megabytes):
        db.session.execute(text("INSERT INTO filler VALUES (zeroblob(:size))"), {"size": MB})
        db.session.commit()


def length(keeper: Keeper) -> int:
    return keeper.log_file.stat().st_size


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
        "wal_autocheckpoint": 20_000,
    }
    assert not mapped


def test_a_log_that_is_put_back_stays_short_and_one_that_is_not_grows(app: Flask) -> None:
    write(20)
    kept = keeper()
    assert length(kept) > 20 * MB
    assert kept.look()

    for _round in range(5):
        write(6)
        assert kept.look()

    assert length(kept) < 30 * MB  # begun anew each time
    kept.end()


def test_a_short_log_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keeper()
    write(1)
    assert not kept.look()

    monkeypatch.setattr(checkpoints, "REGULARLY", 0)
    assert kept.look()
    kept.end()


def test_a_log_that_is_far_too_long_is_cut(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "TOO_LONG", 8 * MB)
    kept = keeper()
    write(10)
    assert kept.look()

    assert length(kept) == 0
    kept.end()


def test_somebody_who_reads_for_long_keeps_the_log_and_no_writer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "TOO_LONG", 8 * MB)
    kept = keeper()
    with db.engine.connect() as reader:
        with only_reading():
            reader.execute(text("SELECT count(*) FROM filler")).all()
        write(10)
        assert kept.look()
        assert length(kept) > 10 * MB
        write(1)

    assert kept.look()
    assert length(kept) == 0
    kept.end()


def test_one_does_it_and_the_next_when_that_one_is_gone(app: Flask) -> None:
    first, second = keeper(), keeper()
    write(5)
    assert (first.look(), second.look()) == (True, False)

    first.end()

    assert second.look()
    second.end()


def test_a_disk_that_is_full_leaves_the_connection_as_agreed(app: Flask) -> None:
    kept = keeper()
    write(10)
    db.session.remove()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MB, hard))
    try:
        with pytest.raises(db.engine.dialect.loaded_dbapi.Error):
            kept.look()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5000
    kept.end()


def test_a_keeper_goes_on_after_trouble(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 0.01)
    monkeypatch.setattr(checkpoints, "REGULARLY", 0)
    asked: list[str] = []
    trouble = db.engine.dialect.loaded_dbapi.OperationalError("disk I/O error")

    def refuse_once(*_connection: object) -> None:
        asked.append("a connection")
        if len(asked) == 1:
            raise trouble

    write(1)
    db.session.execute(text("SELECT 1"))  # held: the last connection to close takes the log with it
    event.listen(db.engine, "checkout", refuse_once)
    kept = keep_log_short(app)
    assert kept is not None
    until = 500
    while len(asked) < 3 and until:
        until -= 1
        kept.stop.wait(0.01)
    kept.end()

    assert len(asked) >= 3
