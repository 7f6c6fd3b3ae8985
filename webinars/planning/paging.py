"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select

from webinars.extensions import db

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of many."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int


def page_of(asked: Select[Row], *, size: int) -> Page[Row]:
    """The page of the list that the address asks for; the nearest when there is no such page."""
    counted: Any = select(func.count()).select_from(asked.order_by(None).subquery())
    total = int(db.session.scalar(counted) or 0)
    pages = max(1, -(-total // size))
    typed = request.args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    number = min(max(1, number), pages)
    rows = db.session.scalars(asked.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, pages, total)
