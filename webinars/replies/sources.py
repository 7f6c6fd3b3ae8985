"""Where messages come from; each source gives what it has not given before, and is told what was kept."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from config import Settings
from webinars.replies.errors import SourceUnreachable
from webinars.replies.imap import Imap
from webinars.replies.limits import MOST_OCTETS
from webinars.replies.mime import Raw

CHUNK = 64 * 1024


class Source(Protocol):
    """A mailbox."""

    def messages(self) -> Iterator[tuple[str, Raw]]:
        """What waits, oldest first, each with its name here; raises SourceUnreachable."""

    def kept(self, name: str) -> None:
        """The message need not be given again; may write to the database, committed by the caller."""

    def done(self, name: str) -> None:
        """The same, after the commit."""


@dataclass
class Maildir:
    """A maildir of our own: what was read goes from new to cur, as any mail program does it."""

    path: Path

    def messages(self) -> Iterator[tuple[str, Raw]]:
        """The unread files of new and cur, by their names, which begin with the time."""
        if not (self.path / "new").is_dir():
            raise SourceUnreachable(f"{self.path} is no maildir: it has no folder “new”")
        waiting = [*self._files("new"), *(file for file in self._files("cur") if not _is_read(file))]
        for file in sorted(waiting, key=lambda file: file.name):
            try:
                with file.open("rb") as stream:
                    yield str(file), read_stream(stream, os.fstat(stream.fileno()).st_size)
            except FileNotFoundError:
                continue  # another reader was faster
            except OSError as error:
                raise SourceUnreachable(f"{file}: {error.strerror}") from error

    def kept(self, name: str) -> None:
        """Nothing: the file moves when the message is safe."""

    def done(self, name: str) -> None:
        """Marks the file as read; another reader may have done so."""
        file = Path(name)
        flags = file.name.partition(":2,")[2].replace("S", "")
        target = self.path / "cur" / f"{file.name.partition(':')[0]}:2,{''.join(sorted(flags + 'S'))}"
        try:
            target.parent.mkdir(exist_ok=True)
            file.replace(target)
        except FileNotFoundError:
            return
        except OSError as error:
            raise SourceUnreachable(f"{file}: {error.strerror}") from error

    def _files(self, folder: str) -> list[Path]:
        place = self.path / folder
        if not place.is_dir():
            return []
        return [file for file in place.iterdir() if not file.name.startswith(".") and file.is_file()]


@dataclass
class Pipe:
    """One message on an open stream."""

    stream: BinaryIO

    def messages(self) -> Iterator[tuple[str, Raw]]:
        """The one message, when there is any octet of it."""
        raw = read_stream(self.stream)
        if raw.size:
            yield "-", raw

    def kept(self, name: str) -> None:
        """Nothing: whoever wrote into the pipe hears of it by our exit code."""

    def done(self, name: str) -> None:
        """Nothing more."""


def read_stream(stream: BinaryIO, size: int | None = None) -> Raw:
    """The octets up to the limit; of a larger message the beginning, and how large it is."""
    octets = stream.read(MOST_OCTETS + 1)
    if size is None:
        size = len(octets)
        while chunk := stream.read(CHUNK):  # a pipe is read to its end: its writer waits
            size += len(chunk)
    return Raw(octets[:MOST_OCTETS], max(size, len(octets)))


def configured(settings: Settings) -> list[Source]:
    """The mailboxes of the settings."""
    found: list[Source] = []
    if settings.replies_maildir:
        found.append(Maildir(Path(settings.replies_maildir)))
    if settings.replies_imap:
        found.append(Imap.of(settings))
    return found


def _is_read(file: Path) -> bool:
    return "S" in file.name.partition(":2,")[2]
