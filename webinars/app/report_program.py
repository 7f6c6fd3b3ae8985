"""The program of the child that does what is long with a report: a deed comes in, its result or refusal goes out."""

import gc
import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from webinars import create_app
from webinars.attendance.imports.errors import ReportStopped
from webinars.errors import Refusal, StorageUnavailable
from webinars.storage.database import ASKS_FOR, is_trouble
from webinars.storage.extensions import db
from webinars.web.logs import log

NICE = 10  # whoever signs up goes first
PATIENCE = 45.0  # seconds; shorter than a lease of a report


def result_of(deed: Callable[[], Any]) -> Any:
    """What the deed returns, or the refusal that says what went wrong."""
    try:
        return deed()
    except Refusal as refused:
        return refused
    except Exception as error:  # noqa: BLE001 — whatever it is, it is said to whoever asked
        log.exception("report stopped")
        return StorageUnavailable() if is_trouble(error) else ReportStopped()


def main() -> None:
    """Reads the deed from standard input; nothing but its result goes to standard output."""
    os.nice(NICE)
    gc.disable()  # looking through a hundred thousand matched values takes 0.2 s, in which the write lock may be held
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    settings, deed = pickle.load(sys.stdin.buffer)  # noqa: S301 — of the process that started us
    with create_app(settings).app_context():
        _be_patient()
        found = result_of(deed)
    with suppress(BrokenPipeError), output:
        pickle.dump(found, output)


def _be_patient() -> None:
    """Asks for the write lock for longer than a visitor would."""
    if db.engine.dialect.name == "sqlite":
        db.engine.update_execution_options(**{ASKS_FOR: PATIENCE})


if __name__ == "__main__":
    main()
