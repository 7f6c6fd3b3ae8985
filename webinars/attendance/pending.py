"""Reports between preview and import: kept in the storage folder under their digest, for a day at most."""

from pathlib import Path

from webinars import clock
from webinars.attendance.importing import digest_of
from webinars.cycles.models import Session

DAY = 24 * 3600


class Pending:
    """The folder of reports that were previewed and not yet imported."""

    def __init__(self, storage: Path) -> None:
        self.folder = storage / "reports"

    def keep(self, session: Session, content: bytes) -> str:
        """Keeps the file for this session; gives its digest. Files left for a day are removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        digest = digest_of(content)
        path = self._path(session, digest)
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
        return digest

    def read(self, session: Session, digest: str) -> bytes | None:
        """The file, or None when it is not there any more."""
        path = self._path(session, digest)
        return path.read_bytes() if path.exists() else None

    def drop(self, session: Session, digest: str) -> None:
        """Forgets the file."""
        self._path(session, digest).unlink(missing_ok=True)

    def _path(self, session: Session, digest: str) -> Path:
        name = "".join(sign for sign in digest if sign in "0123456789abcdef")[:64]
        return self.folder / f"{session.id}-{name}.report"

    def _sweep(self) -> None:
        oldest = clock.now().timestamp() - DAY
        for path in self.folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
