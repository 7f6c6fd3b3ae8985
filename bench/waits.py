"""What it costs that every wait for PostgreSQL has an end: small questions on watched connections, and on the driver's own."""

import time

from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from bench.figures import Figure, Pair
from config import Settings
from webinars.storage.connection_watch import limit_questions, watch

QUESTIONS = 500  # in a round
ASKED = text("SELECT id FROM asked WHERE id = :id")
MADE = "CREATE TEMPORARY TABLE asked AS SELECT generate_series(1, 1000) AS id"


def measured(url: str, *, rounds: int) -> list[Figure]:
    """Processor time of ours, and time waited, for each small question; the two kinds of connection by turns."""
    settings = Settings(secret_key="bench " * 8, database_url=url)
    ours, bare = create_engine(url, poolclass=NullPool), create_engine(url, poolclass=NullPool)
    _watch(ours, settings)
    with ours.connect() as watched, bare.connect() as plain:
        for connection in (watched, plain):
            connection.exec_driver_sql(MADE)
            _asked(connection)
        pairs = [(_asked(watched), _asked(plain)) for _round in range(rounds)]
    names = ("CPU of a small question, its wait watched, beside unwatched", "time of the same")
    return [
        Figure(name, "µs", None, [Pair(one[kind], other[kind]) for one, other in pairs])
        for kind, name in enumerate(names)
    ]


def _watch(engine: Engine, settings: Settings) -> None:
    watch(engine, settings.database_answer_seconds)
    limit_questions(engine, settings)


def _asked(connection: Connection) -> tuple[float, float]:
    """Microseconds of the processor, and of waiting, for one question."""
    cpu, began = time.process_time(), time.perf_counter()
    for number in range(QUESTIONS):
        connection.execute(ASKED, {"id": number % 1000}).all()
    return (
        1e6 * (time.process_time() - cpu) / QUESTIONS,
        1e6 * (time.perf_counter() - began) / QUESTIONS,
    )
