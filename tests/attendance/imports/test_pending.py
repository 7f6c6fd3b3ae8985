"""Reports that were previewed and never imported are kept for a day."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from config import Settings
from tests.attendance import demo
from tests.attendance.test_pages import drop
from tests.conftest import NOW
from tests.page import read
from tests.processes import file_size_limit
from webinars.attendance.imports.uploads import KEPT_FOR, StoredUploads, sweep_pending
from webinars.cycles.models import Session
from webinars.web.logs import log

MINUTE = timedelta(minutes=1)


@pytest.fixture
def pending(settings: Settings, demo_1: Session) -> Iterator[StoredUploads]:
    """The folder of the instance, empty before and after."""
    found = StoredUploads(settings.storage)
    sweep_pending(datetime.max.replace(tzinfo=NOW.tzinfo), settings)
    yield found
    sweep_pending(datetime.max.replace(tzinfo=NOW.tzinfo), settings)


def written(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_a_day_later_the_file_is_gone_without_another_being_dropped(
    pending: StoredUploads, demo_1: Session, settings: Settings
) -> None:
    digest = pending.keep(demo_1, b"a report", now=NOW)
    written(next(pending.folder.iterdir()), NOW)

    assert sweep_pending(NOW + KEPT_FOR, settings) == 0
    assert pending.read(demo_1, digest) == b"a report"
    assert sweep_pending(NOW + KEPT_FOR + MINUTE, settings) == 1
    assert pending.read(demo_1, digest) is None
    assert sweep_pending(NOW + KEPT_FOR + MINUTE, settings) == 0


def test_a_file_half_written_is_swept_too(
    pending: StoredUploads, demo_1: Session, settings: Settings
) -> None:
    pending.keep(demo_1, b"a report", now=NOW)
    part = pending.folder / "1-abc.part"
    part.write_bytes(b"half")
    for path in pending.folder.iterdir():
        written(path, NOW)

    assert sweep_pending(NOW + 2 * KEPT_FOR, settings) == 2


def test_dropping_another_file_sweeps_as_well(pending: StoredUploads, demo_1: Session) -> None:
    pending.keep(demo_1, b"the first", now=NOW)
    written(next(pending.folder.iterdir()), NOW)

    pending.keep(demo_1, b"the second", now=NOW + 2 * KEPT_FOR)

    assert [path.read_bytes() for path in pending.folder.iterdir()] == [b"the second"]


def test_before_the_first_file_there_is_nothing_to_sweep(app: object, settings: Settings) -> None:
    sweep_pending(datetime.max.replace(tzinfo=NOW.tzinfo), settings)  # what other tests dropped
    if (folder := StoredUploads(settings.storage).folder).exists():
        folder.rmdir()

    assert sweep_pending(NOW, settings) == 0


def test_a_stray_folder_stands_in_nobodys_way(pending: StoredUploads, demo_1: Session) -> None:
    pending.keep(demo_1, b"a report", now=NOW)
    strays = [pending.folder / name for name in ("lost+found", "old.report", "half.part")]
    for stray in strays:
        stray.mkdir()
        (stray / "kept").write_bytes(b"by somebody")
    (pending.folder / "README").write_bytes(b"by somebody")
    for path in pending.folder.iterdir():
        written(path, NOW)

    digest = pending.keep(demo_1, b"another", now=NOW + KEPT_FOR + MINUTE)
    assert pending.read(demo_1, digest) == b"another"
    assert sorted(path.name for path in pending.folder.iterdir() if path.stat().st_mtime == NOW.timestamp()) == [
        "README", "half.part", "lost+found", "old.report"
    ]  # fmt: skip
    for stray in strays:
        shutil.rmtree(stray)
    (pending.folder / "README").unlink()


def test_a_file_that_may_not_be_removed_stands_in_nobodys_way(
    pending: StoredUploads, demo_1: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, **_how: object) -> None:
        raise PermissionError

    pending.keep(demo_1, b"a report", now=NOW)
    written(next(pending.folder.iterdir()), NOW)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert pending.sweep(now=NOW + KEPT_FOR + MINUTE) == 0
    assert pending.sweep(now=NOW + KEPT_FOR + MINUTE) == 1


def test_a_disk_that_is_full_is_said_like_other_storage_trouble(
    pending: StoredUploads, desk: FlaskClient, demo_1: Session, caplog: pytest.LogCaptureFixture
) -> None:
    report = demo.content("zoom_meeting_en.csv")
    log.addHandler(caplog.handler)
    with file_size_limit(len(report) - 1):
        answer = drop(desk, report)
    log.removeHandler(caplog.handler)

    assert (
        answer.status_code,
        "Rien n’a été enregistré. Réessayez dans une minute." in read(answer).lines,
    ) == (
        503,
        True,
    )
    assert [record.facts for record in caplog.records] == [
        {"error": "OSError: File too large", "route": "reports.drop"}
    ]
    assert list(pending.folder.iterdir()) == []
    assert drop(desk, report).status_code == 303
