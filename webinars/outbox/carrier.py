"""How workers hear of new mail: through a named pipe on this machine, or called through Procrastinate on the same PostgreSQL.

The rows stay the truth: a call that is lost costs the time until a worker looks by itself, and nothing else.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, make_url, text

from config import Settings
from webinars.storage.extensions import db
from webinars.storage.transactions import once_committed
from webinars.web.logs import log

QUEUE = "mail"
DELIVER = "deliver"
LOCK = 4_721_119  # any number of our own: two starting machines do not make the tables at once
PIPE = "worker.pipe"
AT_ONCE = 4096  # calls that are heard as one


class PipeCarrier:
    """Calls the workers of this machine as soon as what queues mail is committed; one that is elsewhere looks by itself."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / PIPE
        self.can_listen = True  # until it was seen that what stands there is no pipe

    def call(self) -> None:
        """Has the commit of this transaction write into the pipe."""
        once_committed(self.write)

    def write(self) -> None:
        """Calls once; never waits or fails, whether nobody listens or there are more calls than the pipe holds."""
        with suppress(OSError):
            end = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(end, b"\n")
            finally:
                os.close(end)

    def listen(self, wake: Callable[[], None], stop: Event) -> None:
        """Wakes at each call until told to stop, or ends at once where no pipe can stand; of several who listen, one hears it."""
        try:
            with suppress(FileExistsError):
                os.mkfifo(self.path, 0o600)
            end = os.open(self.path, os.O_RDWR)  # to write, too: what nobody else has open would have ended
        except OSError as error:
            self._give_up(type(error).__name__)
            return
        try:
            while os.read(end, AT_ONCE):
                if stop.is_set():
                    return
                wake()
            self._give_up("no pipe")  # a file, which ends
        finally:
            os.close(end)

    def _give_up(self, error: str) -> None:
        self.can_listen = False
        log.warning("workers are not called", extra={"facts": {"error": error}})


class JobCarrier:
    """Calls workers from within the transaction that queues mail: the call is kept or undone with it."""

    def __init__(self) -> None:
        import procrastinate  # loaded where a carrier is wanted only: starting is to be quick

        # jobs are kept on the caller's own connection: this one is never opened
        self.engine = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self.is_ready: bool | None = None

    def call(self) -> None:
        """Makes one job of whatever this transaction queues; without the engine's tables the sweep finds it."""
        session = db.session()
        connection = session.connection()
        whole = connection.get_transaction()
        step = connection.get_nested_transaction() or whole
        if session.info.get("called_workers") in (step, whole):
            return  # what was called in a step that was undone since was never called
        if self.is_ready is None:
            self.is_ready = is_prepared()
            if not self.is_ready:
                log.error("carrier has no tables", extra={"facts": {"mend": "flask outbox prepare"}})
        if self.is_ready:
            driver = connection.connection.driver_connection
            self.engine.configure_task(DELIVER, queue=QUEUE, connection=driver).defer()
        session.info["called_workers"] = step


_carriers: WeakKeyDictionary[Engine, PipeCarrier | JobCarrier] = WeakKeyDictionary()


def choose_carrier(engine: Engine, settings: Settings) -> None:
    """Has mail queued in this database call workers, as the settings want it."""
    is_job = settings.job_carrier == "procrastinate"
    _carriers[engine] = JobCarrier() if is_job else PipeCarrier(settings.folder)


def call_workers() -> None:
    """Tells workers that this transaction queues mail that is due."""
    _carriers[db.engine].call()


def is_prepared() -> bool:
    """Whether the engine's tables stand beside ours."""
    return bool(db.session.connection().scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")))


def connection_words(settings: Settings) -> str:
    """The database as libpq is told of it."""
    from webinars.storage.connection_watch import limits

    url = make_url(settings.database_url).set(drivername="postgresql")
    bounds = {name: str(bound) for name, bound in limits(settings.database_answer_seconds).items()}
    return url.set(query=bounds | dict(url.query)).render_as_string(hide_password=False)


def prepare(settings: Settings) -> bool:
    """Makes the engine's tables beside ours unless they are there; says whether it made them."""
    import procrastinate
    import psycopg

    words = connection_words(settings)
    with psycopg.connect(words) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is not None and found[0] is not None:
            return False
        with procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=words)).open() as engine:
            engine.schema_manager.apply_schema()
    return True
