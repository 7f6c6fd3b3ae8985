"""Several workers in one process, and somebody who sees to them."""

from collections.abc import Sequence
from threading import Event, Thread

from config import Settings
from webinars.outbox.carrier import PipeCarrier
from webinars.outbox.chores import Chore
from webinars.outbox.composition.message import Writers
from webinars.outbox.delivery import Scope
from webinars.outbox.worker import Worker, worker_of
from webinars.storage.heartbeat import Heartbeat
from webinars.web.logs import log

GRACE = 10.0


class WorkerThreads:
    """Threads that work off mail; whoever started them looks after them and ends their work."""

    def __init__(
        self, scope: Scope, settings: Settings, writers: Writers, chores: Sequence[Chore] = ()
    ) -> None:
        self.scope, self.settings, self.writers, self.chores = scope, settings, writers, chores
        self.stop = Event()
        self.carrier = PipeCarrier(settings.folder)
        self.members: list[tuple[Thread, Worker]] = []
        self.calls: Thread | None = None  # hears when mail is queued

    def start(self) -> None:
        """Sets as many to work as the settings want, at least one, and wakes them when they are called."""
        self.members = [self._member() for _number in range(max(1, self.settings.job_threads))]
        self.calls = self._listener()

    def look(self) -> None:
        """Replaces those that fell."""
        self.members = [self._standing(*member) for member in self.members]
        if self.calls is not None and not self.calls.is_alive() and self.carrier.can_listen:
            _say_fallen(self.calls)
            self.calls = self._listener()

    @property
    def heartbeats(self) -> list[Heartbeat]:
        """The signs of life of those at work."""
        return [worker.heartbeat for _thread, worker in self.members]

    def end(self) -> None:
        """Lets the mails under way finish; one that hangs is not waited for."""
        self.stop.set()
        self._wake()
        self.carrier.write()  # whoever listens ends, too
        for thread, _worker in self.members:
            thread.join(GRACE)

    def _wake(self) -> None:
        for _thread, worker in self.members:
            worker.wake()

    def _listener(self) -> Thread:
        thread = Thread(target=self.carrier.listen, args=(self._wake, self.stop), name="calls", daemon=True)
        thread.start()
        return thread

    def _member(self) -> tuple[Thread, Worker]:
        worker = worker_of(self.scope, self.settings, self.writers, self.chores)
        # a daemon: what still hangs after the grace is sent again when its lease has run out
        thread = Thread(target=worker.run, args=(self.stop,), name="mail", daemon=True)
        thread.start()
        return thread, worker

    def _standing(self, thread: Thread, worker: Worker) -> tuple[Thread, Worker]:
        if thread.is_alive():
            return thread, worker
        _say_fallen(thread)
        return self._member()


def _say_fallen(thread: Thread) -> None:
    log.error("worker fell", extra={"facts": {"thread": thread.name}})
