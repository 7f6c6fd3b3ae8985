"""The application's response, written to its end before the first byte leaves.

Who reads slowly then holds no thread and no transaction, and a response that fails on its way is an error page.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event
from typing import IO, TYPE_CHECKING, Any

from webinars.gateway.bodies import IN_MEMORY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


@dataclass
class WrittenResponse:
    """Status, headers, and a body in memory or, when it is long, in a file that whoever sends it removes."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    file: Path | None = None


class StreamedResponse:
    """A response while the application writes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._start: tuple[int, list[tuple[str, str]]] | None = None
        self._chunks: list[bytes] = []
        self._length = 0
        self._file: IO[bytes] | None = None

    def start(
        self, status: str, headers: list[tuple[str, str]], _fault: Any = None
    ) -> Callable[[bytes], object]:
        """What applications call first, and may call again while nothing has left."""
        self._start = int(status.partition(" ")[0]), headers
        return self.write

    def write(self, chunk: bytes) -> None:
        """Keeps one more piece."""
        self._length += len(chunk)
        if self._file is None and self._length > IN_MEMORY:
            self._file = NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115
            self._file.writelines(self._chunks)
            self._chunks.clear()
        if self._file is None:
            self._chunks.append(chunk)
        else:
            self._file.write(chunk)

    def response(self) -> WrittenResponse:
        """What was written."""
        if self._start is None:
            raise RuntimeError("the application has not called start_response")
        status, headers = self._start
        if self._file is None:
            return WrittenResponse(status, headers, b"".join(self._chunks))
        self._file.close()
        if "content-length" not in {name.lower() for name, _value in headers}:
            headers = [*headers, ("Content-Length", str(self._length))]
        return WrittenResponse(status, headers, b"", Path(self._file.name))

    def discard(self) -> None:
        """Removes what was kept on disk."""
        if self._file is not None:
            Path(self._file.name).unlink(missing_ok=True)
            with suppress(OSError):  # closing fails again on a full disk
                self._file.close()


def run_application(
    app: "WSGIApplication", environ: "WSGIEnvironment", *, folder: Path, gone: Event
) -> WrittenResponse | None:
    """The response of the application; None when the client left while it was written, and nothing is kept then."""
    writing = StreamedResponse(folder)
    chunks: Iterable[bytes] = ()
    try:
        chunks = app(environ, writing.start)
        for chunk in chunks:
            if gone.is_set():
                writing.discard()
                return None
            writing.write(chunk)
        return writing.response()
    except BaseException:
        writing.discard()
        raise
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
        environ["wsgi.input"].close()


def sweep(folder: Path, *, before: float) -> None:
    """Makes the folder, and removes what a server that was killed left in it before this time."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < before:
            Path(entry.path).unlink(missing_ok=True)
