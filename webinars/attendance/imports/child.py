"""What is long is done in a child process: whoever signs up meanwhile does not share Python's own lock with it.

By decision 0043.
"""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from config import ROOT, Settings
from webinars.attendance.imports.errors import ReportStopped
from webinars.attendance.reports.errors import AnotherIsRead
from webinars.errors import Refusal
from webinars.storage.extensions import db
from webinars.web.logs import log

PROGRAM = "webinars.app.report_program"  # which is the whole application, above us
LONG = 64 * 1024  # bytes of a file: some 700 lines. A child takes two seconds to start
MANY = 700  # lines
SECONDS = 600.0
PATIENCE = 10.0  # seconds; there is memory for one at a time
_lock = threading.Lock()
Result = TypeVar("Result")


def done(deed: Callable[[], Result], settings: Settings, *, is_long: bool) -> Result:
    """What the deed, a partial of plain values, returns or raises; a long one is done by a child. Ends what is open.

    Raises ReportStopped when the child fell or took too long: what it did is done or not, never by half.
    """
    if not is_long:
        return deed()
    db.session.rollback()  # nothing is held while the child works
    if not _lock.acquire(timeout=PATIENCE):
        raise AnotherIsRead
    try:
        is_done, result = _run_child(pickle.dumps((settings, deed)))
    finally:
        _lock.release()
    if isinstance(result, Refusal):
        raise result
    if not is_done:
        raise ReportStopped
    return result  # type: ignore[no-any-return]


def _run_child(asked: bytes) -> tuple[bool, Any]:
    command = [sys.executable, "-m", PROGRAM]
    try:
        ended = subprocess.run(  # noqa: S603 — a program of ours
            command, input=asked, stdout=subprocess.PIPE, cwd=ROOT, timeout=SECONDS, check=False
        )
        return True, pickle.loads(ended.stdout)  # noqa: S301 — of our own child
    except (OSError, EOFError, pickle.UnpicklingError, subprocess.TimeoutExpired) as error:
        log.error("report stopped", extra={"facts": {"error": type(error).__name__}})
        return False, None
