"""How written mail leaves: by a mail server, or into a folder while there is none."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from webinars.outbox.errors import Unreachable
from webinars.outbox.queue.attempt import TAKEN, ServerReply
from webinars.storage.folders import write_whole

NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it leaves, and what stands on its envelope."""

    sender: str
    recipient: str
    message_id: str
    content: bytes
    queued_at: datetime


Meanwhile = Sequence[Callable[[], None]]


class Transport(Protocol):
    """A way out for mail."""

    @property
    def is_open(self) -> bool:
        """Whether mail can be handed over without connecting first."""

    leaves_time: bool  # the other side thinks, and leaves time for something else

    def open(self) -> None:
        """Connects; raises Unreachable."""

    def send(self, parcel: Parcel, *, seconds: float, meanwhile: Meanwhile) -> ServerReply:
        """Hands one mail over within so many seconds; raises BrokenOff when it was not even given.

        `meanwhile` is done while the other side thinks: the last of it, which raises nothing, over the message, the
        rest over the envelope as far as it is taken. Where there is no time, and no second copy to fear, none is.
        """

    def close(self) -> None:
        """Ends the connection, if there is one."""


class Folder:
    """Keeps each mail as an .eml file, whole or not at all; the same mail again replaces its file."""

    is_open = True
    leaves_time = False

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        """There is always a folder."""

    def send(self, parcel: Parcel, *, seconds: float, meanwhile: Meanwhile) -> ServerReply:  # noqa: ARG002
        """Writes the file; raises Unreachable when the disk does not take it."""
        local = NOT_IN_NAMES.sub("-", parcel.message_id.strip("<>").partition("@")[0])
        name = f"{parcel.queued_at:%Y%m%d-%H%M%S}-{local}.eml"
        try:
            write_whole(self.path / name, parcel.content)
        except OSError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        return TAKEN

    def close(self) -> None:
        """There is nothing to end."""
