"""A file is written whole or not at all: a full disk leaves no part, two at once do not meet."""

from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from PIL import Image

from config import Settings
from tests.conftest import NOW
from tests.processes import file_size_limit
from webinars.attendance.imports.uploads import StoredUploads
from webinars.cycles.models import Session
from webinars.outbox.errors import Unreachable
from webinars.outbox.transport import Folder, Parcel
from webinars.storage.folders import write_whole
from webinars.web.pictures import keep_picture


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_what_finds_no_room_leaves_no_part(
    app: Flask, session: Session, settings: Settings, tmp_path: Path
) -> None:
    picture = BytesIO()
    Image.effect_noise((300, 150), 90).save(picture, "PNG")
    parcel = Parcel("a@example.org", "b@example.org", "<1@example.org>", b"x" * 2_000, NOW)
    before = files(settings.storage)
    with file_size_limit(1_000):
        with pytest.raises(OSError, match="File too large"):
            StoredUploads(settings.storage).keep(session, b"x" * 2_000, now=NOW)
        with pytest.raises(OSError, match="File too large"):
            keep_picture(picture.getvalue())
        with pytest.raises(Unreachable, match="File too large"):
            Folder(tmp_path).send(parcel, seconds=1)

    assert [files(settings.storage), files(tmp_path)] == [before, []]


def test_two_who_drop_the_same_at_once_do_not_meet(tmp_path: Path) -> None:
    both, fell = Barrier(2), list[BaseException]()

    def drop() -> None:
        for number in range(100):
            both.wait()
            try:
                write_whole(tmp_path / f"{number}.report", b"the same" * 50_000)
            except OSError as error:
                fell.append(error)

    threads = [Thread(target=drop) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fell == []
    assert files(tmp_path) == sorted(f"{number}.report" for number in range(100))
