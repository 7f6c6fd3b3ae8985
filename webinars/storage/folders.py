"""Folders of what the instance keeps, readable by its own account alone, all the way down; files are whole in them."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FOR_OTHERS = 0o077


def make_private(folder: Path) -> None:
    """Makes the folder, and those above it that are missing, for our account alone whatever the umask."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)  # with parents=True the mode would be the last one's only


def write_whole(path: Path, content: bytes) -> None:
    """Writes the file, whole or not at all, in a folder made for us alone; raises OSError, and leaves no part of it."""
    make_private(path.parent)
    # two who write the same at once do not meet
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def open_to_others(folder: Path) -> Iterator[Path]:
    """What is in the folder, at any depth, and may be read by another account; links are not followed."""
    for parent, folders, files in os.walk(folder):
        for name in sorted(folders + files):
            path = Path(parent, name)
            if is_open_to_others(path):
                yield path


def is_open_to_others(path: Path) -> bool:
    """Whether its mode lets another account in; what is gone meanwhile lets nobody in."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & FOR_OTHERS)
