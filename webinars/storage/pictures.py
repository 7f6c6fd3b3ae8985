"""The files of pictures that were uploaded, each named by its digest."""

import logging
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

log = logging.getLogger("webinars")

_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether it may name a stored picture."""
    return _DIGEST.fullmatch(text) is not None


def stored_before(moment: datetime, *, storage: Path) -> set[str]:
    """The digests of the pictures last stored before that moment."""
    files = list(storage.iterdir()) if storage.is_dir() else []
    return {one.name for one in files if is_digest(one.name) and _stored_at(one) < moment.timestamp()}


def remove_pictures(digests: Iterable[str], *, storage: Path) -> None:
    """Removes the files of these pictures; one that is gone already is passed over, one that cannot be removed is told in the log."""
    for digest in digests:
        try:
            (storage / digest).unlink(missing_ok=True)
        except OSError as error:
            log.warning("picture not removed", extra={"facts": {"error": type(error).__name__}})


def _stored_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # somebody else removed it
        return float("inf")
