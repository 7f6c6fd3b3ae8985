"""What the instance keeps is for its own account alone, all the way down."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from tests.conftest import NOW
from webinars.attendance.imports.uploads import StoredUploads
from webinars.cycles.models import Session
from webinars.storage.folders import make_private, open_to_others
from webinars.web import pictures


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Whoever starts the instance lets everybody read what they make."""
    before = os.umask(0o000)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_every_folder_on_the_way_is_ours_alone(tmp_path: Path) -> None:
    make_private(tmp_path / "a" / "b" / "c")
    make_private(tmp_path / "a" / "b" / "c")

    assert list(open_to_others(tmp_path)) == []


@pytest.mark.usefixtures("open_umask")
def test_pictures_and_reports_are_kept_in_folders_of_our_own(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    folder = pictures._path(pictures.keep_picture(picture.getvalue())).parent
    StoredUploads(tmp_path / "var" / "storage").keep(session, b"Name,Join", now=NOW)

    assert folder.stat().st_mode & 0o077 == 0
    assert [path for path in open_to_others(tmp_path) if path.is_dir()] == []


def test_a_link_is_not_followed_and_says_nothing_of_its_own(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    make_private(tmp_path / "kept")
    (tmp_path / "kept" / "link").symlink_to(outside)

    assert list(open_to_others(tmp_path / "kept")) == []
