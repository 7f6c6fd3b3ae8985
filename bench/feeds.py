"""How long the feed of a cycle with five hundred sessions takes, written anew and from memory: `python -m bench.feeds`."""

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from bench.seed import ABSTRACT, PATH, sow
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
        app = create_app(
            read_settings(
                {"WEBINARS_MODE": "demonstration", "WEBINARS_FOLDER": folder, "WEBINARS_LOG_LEVEL": "ERROR"}
            )
        )
        with app.app_context():
            _fill()
        client = app.test_client()
        first = _milliseconds(lambda: client.get(f"{PATH}/calendar.ics", base_url=app.config["PUBLIC_URL"]))
        again = [
            _milliseconds(lambda: client.get(f"{PATH}/calendar.ics", base_url=app.config["PUBLIC_URL"]))
            for _round in range(ROUNDS)
        ]
        with app.app_context():
            db.engine.dispose()
        print(f"{SESSIONS} sessions, written anew: {first:.0f} ms; from memory: {median(again):.1f} ms")
        print(f"goal, from memory: {GOAL} ms at most, {'reached' if median(again) <= GOAL else 'missed'}")


def _fill() -> None:
    now = clock.now()
    Model.metadata.create_all(db.engine)
    sow(now)
    cycle_id = db.session.scalars(select(Cycle.id)).one()
    rows = [
        {
            "cycle_id": cycle_id,
            "slug": f"rencontre-{number}",
            "title": f"Rencontre {number}",
            "abstract": ABSTRACT,
            "starts_at": now + timedelta(days=60 + number),
            "ends_at": now + timedelta(days=60 + number, hours=1),
            "created_at": now,
            "changed_at": now,
        }
        for number in range(SESSIONS)
    ]
    db.session.execute(insert(Session), rows)
    db.session.commit()


def _milliseconds(ask: Callable[[], TestResponse]) -> float:
    began = time.perf_counter()
    answer = ask()
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(answer.status)
    return took


if __name__ == "__main__":
    main()
