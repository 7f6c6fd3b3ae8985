"""How workers hear of new mail: by looking themselves, or called through Procrastinate on the same PostgreSQL.

The rows stay the truth: a call that is lost costs the time until the next sweep, and nothing else.
"""

from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine, make_url, text

from config import Settings
from webinars.storage.connection_watch import limits
from webinars.storage.extensions import db
from webinars.web.logs import log

QUEUE = "mail"
DELIVER = "deliver"
LOCK = 4_721_119  # any number of our own: two starting machines do not make the tables at once


class Carrier:
    """Calls workers from within the transaction that queues mail: the call is kept or undone with it."""

    def __init__(self) -> None:
        import procrastinate  # loaded where a carrier is wanted only: starting is to be quick

        # jobs are kept on the caller's own connection: this one is never opened
        self.engine = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self.is_ready: bool | None = None

    def call(self) -> None:
        """Makes one job of whatever this transaction queues; without the engine's tables the sweep finds it."""
        session = db.session()
        transaction = session.get_transaction()
        if transaction is not None and session.info.get("called_workers") is transaction:
            return
        connection = session.connection()
        if self.is_ready is None:
            self.is_ready = is_prepared()
            if not self.is_ready:
                log.error("carrier has no tables", extra={"facts": {"mend": "flask outbox prepare"}})
        if self.is_ready:
            driver = connection.connection.driver_connection
            self.engine.configure_task(DELIVER, queue=QUEUE, connection=driver).defer()
        session.info["called_workers"] = session.get_transaction()


_carriers: WeakKeyDictionary[Engine, Carrier] = WeakKeyDictionary()


def choose_carrier(engine: Engine, settings: Settings) -> None:
    """Has mail queued in this database call workers, where the settings name a carrier."""
    if settings.job_carrier == "procrastinate":
        _carriers[engine] = Carrier()


def call_workers() -> None:
    """Tells workers that this transaction queues mail that is due."""
    carrier = _carriers.get(db.engine)
    if carrier is not None:
        carrier.call()


def is_prepared() -> bool:
    """Whether the engine's tables stand beside ours."""
    return bool(db.session.connection().scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")))


def connection_words(settings: Settings) -> str:
    """The database as libpq is told of it."""
    url = make_url(settings.database_url).set(drivername="postgresql")
    bounds = {name: str(bound) for name, bound in limits(settings.database_answer_seconds).items()}
    return url.set(query=bounds | dict(url.query)).render_as_string(hide_password=False)


def prepare(settings: Settings) -> bool:
    """Makes the engine's tables beside ours unless they are there; says whether it made them."""
    import procrastinate

    words = connection_words(settings)
    with psycopg.connect(words) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
        if found is not None and found[0] is not None:
            return False
        with procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=words)).open() as engine:
            engine.schema_manager.apply_schema()
    return True
