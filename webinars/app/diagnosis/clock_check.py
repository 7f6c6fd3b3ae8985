"""Whether our clock agrees with those around it: invitations, reminders and seats all hang on it."""

import ctypes
import os
import sys
import tempfile
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT, Settings
from webinars import clock
from webinars.storage.extensions import db

SKEW = 30.0  # seconds a clock may be off
ERROR, UNSYNCHRONISED = 5, 0x40  # TIME_ERROR and STA_UNSYNC of adjtimex
UNSET = (
    "The kernel says that nobody sets it: start chrony or systemd-timesyncd, unless the host of this virtual machine sees "
    "to it."
)


class _Timex(ctypes.Structure):
    """What adjtimex tells, up to the state; the kernel writes no more than there is room for behind it."""

    _fields_ = [
        ("modes", ctypes.c_uint),
        *((name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    ]


def is_synchronised() -> bool:
    """Whether somebody sets the kernel's clock, as far as it says so; True where it does not."""
    if sys.platform != "linux":
        return True
    told = _Timex()  # modes 0: it is only asked
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(told))
    except AttributeError:
        return True
    return state < 0 or not (state == ERROR or told.status & UNSYNCHRONISED)


def clock_problem(settings: Settings) -> str:
    """What is wrong with our clock, by those of the database and of the file system; empty when they agree."""
    newest = max(path.stat().st_mtime for path in (ROOT / "webinars").glob("*.py"))
    if clock.now().timestamp() < newest - 24 * 3600:
        return "It is earlier than our own files: set the clock, or start its service (chrony, systemd-timesyncd)."
    for name, there in (("database", _database_time()), ("file system", _file_time(settings.folder))):
        off = 0.0 if there is None else clock.now().timestamp() - there
        if abs(off) > SKEW:
            return f"It is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} that of the {name}: set it."
    return ""


def _database_time() -> float | None:
    if db.engine.dialect.name == "sqlite":
        return None  # its clock is ours
    try:
        return db.session.execute(select(func.clock_timestamp())).scalar_one().timestamp()  # type: ignore[no-any-return]
    except SQLAlchemyError:
        db.session.rollback()
        return None


def _file_time(folder: Path) -> float | None:
    try:
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"now")
            file.flush()
            return os.fstat(file.fileno()).st_mtime
    except OSError:
        return None
