"""A database of its own for real parallel transactions, on each engine."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

from flask import Flask

from config import Settings
from webinars import create_app
from webinars.storage.database import Model
from webinars.storage.extensions import db


def racing_app(folder: Path, database_url: str) -> Flask:
    """An application with its tables and room for many connections."""
    app = create_app(
        Settings(
            secret_key="a secret of the races, long enough to be one",
            public_url="http://localhost",
            trusted_hosts=("localhost",),
            folder=folder,
            database_url=database_url,
            sign_ups_per_address=1_000_000,
            mails_per_address=1_000_000,
            log_level="ERROR",
        )
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
    return app


def all_at_once(app: Flask, jobs: list[Callable[[], Any]]) -> list[Any]:
    """What each job returned or raised; every one starts when all are ready, in a transaction of its own."""
    ready = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        with app.app_context():
            ready.wait(30)
            try:
                return job()
            except Exception as error:  # noqa: BLE001 — the test looks at what went wrong
                db.session.rollback()
                return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
