"""Workers on several machines, called through Procrastinate: the same work, carried by jobs."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event

import procrastinate
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from config import Settings
from webinars.outbox.carrier import DELIVER, QUEUE, connection_words, prepare
from webinars.outbox.chores import Chore
from webinars.outbox.composition.message import Writers
from webinars.outbox.delivery import Scope
from webinars.outbox.worker import Worker, worker_of
from webinars.storage.heartbeat import Heartbeat, last_of
from webinars.web.logs import log

SWEEP = "* * * * * */5"  # seconds stand last
REVIVE = "* * * * * */30"
SIGN_EVERY = 2.0
GRACE = 10.0  # for the mails under way, when told to stop
STOPPING = (signal.SIGINT, signal.SIGTERM)


class Engine:
    """One process of workers; any number may run, on several machines."""

    def __init__(
        self,
        scope: Scope,
        settings: Settings,
        writers: Writers,
        chores: Sequence[Chore],
        show: Callable[[float], None],
    ) -> None:
        self.stop, self.show = Event(), show
        self.threads = max(1, settings.job_threads)
        # each job takes a worker, whose connection to the mail server is its own
        self.idle: SimpleQueue[Worker] = SimpleQueue()
        self.heartbeats: list[Heartbeat] = []
        for _number in range(self.threads):
            worker = worker_of(scope, settings, writers, chores)
            self.heartbeats.append(worker.heartbeat)
            self.idle.put(worker)
        self.carried = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=connection_words(settings))
        )
        self._name_tasks()

    def _name_tasks(self) -> None:
        deliver = self.carried.task(name=DELIVER, queue=QUEUE)(self.deliver)
        sweep = self.carried.task(name="sweep", queue=QUEUE, queueing_lock="sweep")(self.sweep)
        self.carried.periodic(cron=SWEEP)(sweep)
        revive = self.carried.task(name="revive", queue=QUEUE, queueing_lock="revive")(self.revive)
        self.carried.periodic(cron=REVIVE)(revive)
        self.next = deliver

    async def deliver(self) -> None:
        """Works off what is due; while there is much, calls one more worker."""
        if await asyncio.to_thread(self.work_off, 1):
            await self.next.defer_async()
            await asyncio.to_thread(self.work_off)

    async def sweep(self, timestamp: int) -> None:  # noqa: ARG002 — the engine's own argument
        """Finds what nobody was called for, and does the chores."""
        await self.deliver()

    async def revive(self, timestamp: int) -> None:  # noqa: ARG002
        """Gives jobs of workers that are gone to others: the engine does not do it by itself.

        One of which another of its kind waits already is ended.
        """
        manager = self.carried.job_manager
        for job in await manager.get_stalled_jobs():
            try:
                await manager.retry_job(job)
            except UniqueViolation:
                await manager.finish_job(job, Status.FAILED, delete_job=True)

    def work_off(self, batches: int | None = None) -> bool:
        """Works so many batches off, or until nothing is due; says whether more may be."""
        worker = self.idle.get()
        try:
            done = 0
            while not self.stop.is_set():
                may_be_more = bool(worker.work_once(self.stop)) and worker.delivery.may_be_more
                done += 1
                if not may_be_more or done == batches:
                    return may_be_more
            return False
        finally:
            worker.delivery.transport.close()
            self.idle.put(worker)

    async def run(self) -> None:
        """Works until told to stop, then ends with the mails that are under way."""
        loop, here = asyncio.get_running_loop(), asyncio.current_task()
        assert here is not None
        for number in STOPPING:
            loop.add_signal_handler(number, self._halt, here)
        signs = asyncio.create_task(self._show_signs())
        with contextlib.suppress(asyncio.CancelledError):
            async with self.carried.open_async():
                await self.carried.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self.threads,
                    fetch_job_polling_interval=2.0,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE,
                )

        signs.cancel()

    async def _show_signs(self) -> None:
        while True:
            self.show(last_of(self.heartbeats))
            await asyncio.sleep(SIGN_EVERY)

    def _halt(self, task: "asyncio.Task[None]") -> None:
        self.stop.set()
        task.cancel()


def work_off_jobs(
    scope: Scope,
    settings: Settings,
    writers: Writers,
    chores: Sequence[Chore],
    *,
    show: Callable[[float], None],
) -> None:
    """Works off jobs in this process until it is told to stop; makes the engine's tables when they are missing.

    `show` is given when the longest stuck of its workers last got on, again and again.
    """
    if prepare(settings):
        log.info("carrier prepared", extra={"facts": {"carrier": settings.job_carrier}})
    asyncio.run(Engine(scope, settings, writers, chores, show).run())
