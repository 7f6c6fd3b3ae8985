"""Signs of life: whoever works shows that it gets on, and a process that shows none any more is started again."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DATABASE = ("sqlalchemy.", "psycopg.")  # modules in which one waits for the database


class Heartbeat:
    """The signs of one thread that works."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.thread: int | None = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """What is done inside has to beat; outside, the thread rests and owes no sign."""
        token, self.thread = _felt.set(self), threading.get_ident()
        beat()
        try:
            yield
        finally:
            self.thread = None
            _felt.reset(token)

    def last(self) -> float:
        """When it last got on, on the monotonic clock; now while it rests, or waits for the database.

        A database that hangs is ended by its own time limits: a new process would wait for it just the same.
        """
        thread = self.thread
        if thread is None or _waits_for_database(thread):
            self.at = time.monotonic()
        return self.at


_felt: ContextVar[Heartbeat | None] = ContextVar("felt", default=None)


def beat() -> None:
    """Says that the work in this context gets on: at each batch, mail, reply of a server, or thing of a chore."""
    heartbeat = _felt.get()
    if heartbeat is not None:
        heartbeat.at = time.monotonic()


def last_of(heartbeats: Iterable[Heartbeat]) -> float:
    """When the one of them that is stuck longest last got on; now when all rest."""
    return min((heartbeat.last() for heartbeat in heartbeats), default=time.monotonic())


def _waits_for_database(thread: int) -> bool:
    frame = sys._current_frames().get(thread)  # noqa: SLF001 — a documented function of Python
    while frame is not None:
        if frame.f_globals.get("__name__", "").startswith(DATABASE):
            return True
        frame = frame.f_back
    return False
