"""Mails that are written together: what several of them need is found once."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from webinars.outbox.models import Email

Found = TypeVar("Found")


@dataclass(slots=True)
class Batch:
    """Some mails and what was found for them; it lives no longer than they take to leave."""

    emails: Sequence[Email]
    found: dict[Hashable, Any] = field(default_factory=dict)
    members: frozenset[Email] = field(init=False)

    def __post_init__(self) -> None:
        self.members = frozenset(self.emails)

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What was found under this key, looked for by the first who asks."""
        if key not in self.found:
            self.found[key] = find()
        found: Found = self.found[key]
        return found

    def forget(self) -> None:
        """Lets the next one look again: what was found belongs to a transaction that has ended."""
        self.found.clear()


_batch: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def written_together(batch: Batch) -> Iterator[Batch]:
    """The writers called inside share what they find."""
    token = _batch.set(batch)
    try:
        yield batch
    finally:
        _batch.reset(token)


def batch_of(email: Email) -> Batch:
    """The mails this one is written with; itself alone when it is written on its own."""
    batch = _batch.get()
    return batch if batch is not None and email in batch.members else Batch([email])
