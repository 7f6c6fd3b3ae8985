"""When a request takes its turn to write: SQLite has one, and nobody may hold it while a file is read."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import current_app, request

from webinars.database import read_only
from webinars.extensions import db

SAFE = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., Any])


def reads_first(view: View) -> View:
    """Lets a view that is posted to look and compute before it takes its turn with `start_writing`."""
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def say_whether_it_writes() -> None:
    """Safe requests only read, and so do views that read first, until they start writing."""
    view = current_app.view_functions.get(request.endpoint or "")
    read_only(only=request.method in SAFE or getattr(view, "reads_first", False))


def start_writing() -> None:
    """Ends what was only read; the next statement takes the turn to write, and loads afresh what it needs."""
    db.session.rollback()
    read_only(only=False)


def while_reading(lines: Iterator[str]) -> Iterator[str]:
    """The lines, asked of the database in a transaction that takes no turn, however slowly they are fetched."""
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "DEFERRED"})
    yield from lines
