"""How long the feed of a cycle with five hundred sessions takes, written anew and from memory: `python -m bench.feeds`."""

import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import select

from bench.seed import ABSTRACT, PATH, TITLES, sow
from config import read_settings
from webinars import clock, create_app
from webinars.cycles.models import Cycle, Session
from webinars.storage.database import Model
from webinars.storage.extensions import db

SESSIONS = 500
ROUNDS = 30
GOAL = 50  # milliseconds, from memory


def main() -> None:
    """Prints both times."""
    with tempfile.TemporaryDirectory() as folder:
        first, again = measured(Path(folder), SESSIONS, ROUNDS)
    print(f"{SESSIONS} sessions, written anew: {first:.0f} ms; from memory: {again:.1f} ms")
    print(f"goal, from memory: {GOAL} ms at most, {'reached' if again <= GOAL else 'missed'}")


def measured(folder: Path, sessions: int, rounds: int) -> tuple[float, float]:
    """Milliseconds of the feed written anew, and the median of those from memory."""
    app = create_app(
        read_settings(
            {"WEBINARS_MODE": "demonstration", "WEBINARS_FOLDER": str(folder), "WEBINARS_LOG_LEVEL": "ERROR"}
        )
    )
    with app.app_context():
        _fill(sessions)
    client = app.test_client()
    first, *again = [_milliseconds(client, sessions + len(TITLES)) for _round in range(1 + rounds)]
    with app.app_context():
        db.engine.dispose()
    return first, median(again)


def _fill(sessions: int) -> None:
    now = clock.now()
    Model.metadata.create_all(db.engine)
    sow(now)
    cycle = db.session.scalars(select(Cycle)).one()
    db.session.add_all(_session(cycle, number, now) for number in range(sessions))
    db.session.commit()


def _session(cycle: Cycle, number: int, now: datetime) -> Session:
    start = now + timedelta(days=60 + number)
    session = Session(
        cycle=cycle,
        slug=f"rencontre-{number}",
        title=f"Rencontre {number}",
        abstract=ABSTRACT,
        timezone="Europe/Paris",
        created_at=now,
        changed_at=now,
    )
    session.move(starts_at=start, ends_at=start + timedelta(hours=1), now=now)
    return session


def _milliseconds(client: FlaskClient, sessions: int) -> float:
    began = time.perf_counter()
    answer = client.get(f"{PATH}/calendar.ics", base_url=client.application.config["PUBLIC_URL"])
    took = (time.perf_counter() - began) * 1000
    found = answer.data.count(b"BEGIN:VEVENT")
    if (answer.status_code, found) != (200, sessions):
        raise RuntimeError(f"{answer.status}, {found} sessions instead of {sessions}")
    return took


if __name__ == "__main__":
    main()
