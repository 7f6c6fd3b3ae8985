"""Where messages come from; each source gives what it has not given before, and is told what was kept."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from config import Settings
from setting_values import PREFIX
from webinars.replies.errors import SourceUnreachable
from webinars.replies.parser.bounds import MOST_BYTES
from webinars.replies.parser.mime import RawMessage
from webinars.replies.sources.imap import Imap
from webinars.web.logs import log

CHUNK = 64 * 1024
NEAR = ("localhost", "127.0.0.1")


class MailSource(Protocol):
    """A mailbox."""

    def messages(self) -> Iterator[tuple[str, RawMessage | None]]:
        """What waits, oldest first, each with its name here; raises SourceUnreachable.

        None stands for a message that cannot be given though others can.
        """

    def kept(self, name: str) -> None:
        """The message need not be given again; may write to the database, committed by the caller."""

    def done(self, name: str) -> None:
        """The same, after the commit."""


@dataclass
class Maildir:
    """A maildir of our own: what was read goes from new to cur, as any mail program does it."""

    path: Path

    def messages(self) -> Iterator[tuple[str, RawMessage | None]]:
        """The unread files of new and cur, by their names, which begin with the time; None for what is no file."""
        try:
            waiting = [*self._files("new"), *(file for file in self._files("cur") if not _is_read(file))]
        except OSError as error:
            raise SourceUnreachable(
                f"{self.path} is no maildir: {error.strerror}: {error.filename}"
            ) from error
        for file in sorted(waiting, key=lambda file: file.name):
            try:
                raw = _opened(file)
            except FileNotFoundError:
                continue  # another reader was faster
            except OSError:
                raw = None
            yield str(file), raw

    def kept(self, name: str) -> None:
        """Nothing: the file moves when the message is safe."""

    def done(self, name: str) -> None:
        """Marks the file as read, unless it can be neither read nor moved; another reader may have done so."""
        file = Path(name)
        if not file.is_file():
            return
        flags = file.name.partition(":2,")[2].replace("S", "")
        target = self.path / "cur" / f"{file.name.partition(':')[0]}:2,{''.join(sorted(flags + 'S'))}"
        try:
            target.parent.mkdir(exist_ok=True)
            file.replace(target)
        except FileNotFoundError:
            return
        except OSError as error:  # the message is known the next time
            log.warning("message not marked as read", extra={"facts": {"words": str(error.strerror)}})

    def _files(self, folder: str) -> list[Path]:
        directory = self.path / folder
        if folder == "cur" and not directory.is_dir():
            return []
        return [file for file in directory.iterdir() if not file.name.startswith(".")]


@dataclass
class Pipe:
    """One message on an open stream."""

    stream: BinaryIO

    def messages(self) -> Iterator[tuple[str, RawMessage | None]]:
        """The one message, when there is any byte of it."""
        raw = read_stream(self.stream)
        if raw.size:
            yield "-", raw

    def kept(self, name: str) -> None:
        """Nothing: whoever wrote into the pipe hears of it by our exit code."""

    def done(self, name: str) -> None:
        """Nothing more."""


def read_stream(stream: BinaryIO, size: int | None = None) -> RawMessage:
    """The bytes up to the limit; of a larger message the beginning, and how large it is."""
    content = stream.read(MOST_BYTES + 1)
    if size is None:
        size = len(content)
        while chunk := stream.read(CHUNK):  # a pipe is read to its end: its writer waits
            size += len(chunk)
    return RawMessage(content[:MOST_BYTES], max(size, len(content)))


def configured(settings: Settings) -> list[MailSource]:
    """The mailboxes of the settings."""
    found: list[MailSource] = []
    if settings.replies_maildir:
        found.append(Maildir(Path(settings.replies_maildir)))
    if settings.replies_imap:
        found.append(Imap.of(settings))
    return found


def _opened(file: Path) -> RawMessage:
    """What the file holds; raises OSError, also for a folder, a link that leads nowhere, a pipe nobody writes into."""
    if (file.is_symlink() and not file.exists()) or not stat.S_ISREG(file.stat().st_mode):
        raise OSError(f"{file} is no file")
    with file.open("rb") as stream:
        return read_stream(stream, os.fstat(stream.fileno()).st_size)


def _is_read(file: Path) -> bool:
    return "S" in file.name.partition(":2,")[2]


def findings(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each way answers come by, and what to do when it cannot work."""
    if settings.replies_maildir:
        yield settings.replies_maildir, _maildir_problem(Path(settings.replies_maildir) / "new")
    if settings.replies_imap:
        yield f"{settings.replies_imap}, folder {settings.replies_folder}", _imap_problem(settings)
    if not settings.replies_maildir and not settings.replies_imap:
        yield "`flask replies read -` alone, where the mail server calls it", ""


def _maildir_problem(new: Path) -> str:
    is_ours = new.is_dir() and os.access(new, os.W_OK)
    return "" if is_ours else f"Make it a maildir we may write in: {PREFIX}REPLIES_MAILDIR."


def _imap_problem(settings: Settings) -> str:
    if not settings.replies_username or not settings.replies_password:
        return f"Set {PREFIX}REPLIES_USERNAME and {PREFIX}REPLIES_PASSWORD."
    if settings.replies_security == "none" and settings.replies_imap.partition(":")[0] not in NEAR:
        return f"Set {PREFIX}REPLIES_SECURITY to tls or starttls."
    return ""
