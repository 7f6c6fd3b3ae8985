"""Mails that are written together: what several of them need is found once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any, TypeVar

from webinars.outbox.models import Email

Found = TypeVar("Found")


@dataclass(slots=True)
class Batch:
    """Some mails, when they are written, what was found for them; it lives no longer than it takes to write them."""

    emails: Sequence[Email]
    now: datetime
    found: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What was found under this key, looked for by the first who asks."""
        if key not in self.found:
            self.found[key] = find()
        found: Found = self.found[key]
        return found

    def forget(self) -> None:
        """Lets the next one look again: what was found belongs to a transaction that has ended."""
        self.found.clear()


Writers = Mapping[str, Callable[[Email, Batch], EmailMessage]]  # by kind
