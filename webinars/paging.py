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


def asked_page() -> int:
    """The page the address asks for; the first when it asks for none."""
    typed = request.args.get("page", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def part_of(rows: Sequence[Row], *, number: int, size: int) -> Page[Row]:
    """One page of rows that are all there; the nearest when there is no such page."""
    number, pages = _nearest(number, len(rows), size)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def page_of(asked: Select[Row], *, size: int, number: int | None = None) -> Page[Row]:
    """One page of the list, without a number that the address asks for; the nearest when there is no such page."""
    counted: Any = select(func.count()).select_from(asked.order_by(None).subquery())
    total = int(db.session.scalar(counted) or 0)
    number, pages = _nearest(asked_page() if number is None else number, total, size)
    rows = db.session.scalars(asked.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, pages, total)


def _nearest(number: int, total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return min(max(1, number), pages), pages
