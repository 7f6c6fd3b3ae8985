"""Reports between preview and import: kept in the storage folder under their digest, for a day at most."""

import hashlib
import stat
from datetime import datetime, timedelta
from pathlib import Path

from config import Settings
from webinars.cycles.models import Session
from webinars.storage.folders import write_whole

KEPT_FOR = timedelta(days=1)
OURS = (".report", ".transcript", ".part")


def sweep_pending(now: datetime, settings: Settings) -> int:
    """Removes reports that were previewed a day ago and never imported; says how many. Safe to call at any time."""
    return StoredUploads(settings.storage).sweep(now=now)


class StoredUploads:
    """The folder of reports that were previewed and not yet imported."""

    def __init__(self, storage: Path) -> None:
        self.folder = storage / "reports"

    def keep(self, session: Session, content: bytes, *, now: datetime) -> str:
        """Keeps the file for this session; gives its digest. Files left for a day are removed. Raises OSError."""
        self.sweep(now=now)
        digest = digest_of(content)
        write_whole(self._path(session, digest), content)
        return digest

    def read(self, session: Session, digest: str) -> bytes | None:
        """The file, or None when it is not there any more."""
        path = self._path(session, digest)
        return path.read_bytes() if path.is_file() else None

    def keep_transcript(self, session: Session, digest: str, text: str) -> None:
        """Keeps what was read of the file beside it. Raises OSError."""
        write_whole(self._path(session, digest).with_suffix(".transcript"), text.encode())

    def transcript(self, session: Session, digest: str) -> str | None:
        """What was read of the file, or None when nothing is kept of that."""
        path = self._path(session, digest).with_suffix(".transcript")
        return path.read_text("utf-8") if path.is_file() else None

    def drop(self, session: Session, digest: str) -> None:
        """Forgets the file, and what was read of it."""
        path = self._path(session, digest)
        path.unlink(missing_ok=True)
        path.with_suffix(".transcript").unlink(missing_ok=True)

    def _path(self, session: Session, digest: str) -> Path:
        name = "".join(sign for sign in digest if sign in "0123456789abcdef")[:64]
        return self.folder / f"{session.id}-{name}.report"

    def sweep(self, *, now: datetime) -> int:
        """Removes files left for a day, half-written ones too; says how many. What is no file of ours stays."""
        oldest = (now - KEPT_FOR).timestamp()
        files = list(self.folder.iterdir()) if self.folder.is_dir() else []
        return sum(_removed(path) for path in files if path.suffix in OURS and _is_older(path, oldest))


def _is_older(path: Path, oldest: float) -> bool:
    try:
        found = path.lstat()
        return stat.S_ISREG(found.st_mode) and found.st_mtime < oldest
    except FileNotFoundError:  # imported, or swept by another process, meanwhile
        return False


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # gone meanwhile, or not ours to remove: no reason to refuse a report
        return False
    return True


def digest_of(content: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(content).hexdigest()
