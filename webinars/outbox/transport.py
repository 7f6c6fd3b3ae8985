"""How written mail leaves, by a mail server or into a folder while there is none; and what is answered."""

import enum
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flask_mail import Message, email_dispatched

from webinars.outbox.errors import Unreachable
from webinars.outbox.models import WORDS
from webinars.storage.folders import write_whole
from webinars.words.text import cut_line

NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z]+")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")


class AttemptVerdict(enum.Enum):
    """What the answer means for the mail."""

    TAKEN = enum.auto()
    LATER = enum.auto()  # not now: it is tried again
    NEVER = enum.auto()
    NO_REPLY = enum.auto()  # handed over, but no reply came: it may have left


@dataclass(frozen=True, slots=True)
class ServerReply:
    """The verdict, and the words it was given with."""

    verdict: AttemptVerdict
    words: str = ""


TAKEN = ServerReply(AttemptVerdict.TAKEN)


def server_reply(code: int, words: bytes | str) -> ServerReply:
    """What a server answered with this code."""
    if 200 <= code < 300:
        return TAKEN  # in other words than the usual ones
    verdict = AttemptVerdict.NEVER if code >= 500 else AttemptVerdict.LATER
    return ServerReply(verdict, reply_words(code, words))


def reply_words(code: int, words: bytes | str) -> str:
    """The code and words of a server, as one line that fits in a row; a line with a status code stands first."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    lines = sorted(text.splitlines(), key=lambda line: _STATUS.match(line) is None)
    return cut_line(" ".join([str(code), *lines]), WORDS)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it leaves, and what stands on its envelope."""

    sender: str
    recipient: str
    message_id: str
    content: bytes
    queued_at: datetime


class Letter(Message):
    """A mail that has left, as Flask-Mail's `record_messages` shows it."""

    # the parent's own start asks the DNS for this machine's name, once for each mail
    def __init__(self, parcel: Parcel) -> None:
        self.sender = parcel.sender
        self.recipients = [parcel.recipient]
        self.content = parcel.content

    def as_bytes(self) -> bytes:
        """The message as it was written."""
        return self.content


def tell_recorders(parcel: Parcel) -> None:
    """Shows a mail that has left to whoever records: `with mail.record_messages() as outbox`."""
    if email_dispatched.receivers:
        email_dispatched.send(message=Letter(parcel))


class Transport(Protocol):
    """A way out for mail."""

    @property
    def is_open(self) -> bool:
        """Whether mail can be handed over without connecting first."""

    def open(self) -> None:
        """Connects; raises Unreachable."""

    def send(self, parcel: Parcel, *, seconds: float) -> ServerReply:
        """Hands one mail over within so many seconds; raises BrokenOff when it was not even given."""

    def close(self) -> None:
        """Ends the connection, if there is one."""


class Folder:
    """Keeps each mail as an .eml file, whole or not at all; the same mail again replaces its file."""

    is_open = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        """There is always a folder."""

    def send(self, parcel: Parcel, *, seconds: float) -> ServerReply:  # noqa: ARG002
        """Writes the file; raises Unreachable when the disk does not take it."""
        local = NOT_IN_NAMES.sub("-", parcel.message_id.strip("<>").partition("@")[0])
        name = f"{parcel.queued_at:%Y%m%d-%H%M%S}-{local}.eml"
        try:
            write_whole(self.path / name, parcel.content)
        except OSError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        tell_recorders(parcel)
        return TAKEN

    def close(self) -> None:
        """There is nothing to end."""
