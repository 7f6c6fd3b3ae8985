"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from flask import request
from sqlalchemy import Select, func, select

from webinars.storage.extensions import db
from webinars.words.text import cut_line

PLACE = ("q", "session", "status", "show", "page", "heads", "tray", "doubtful")
WORDS_LIMIT = 100

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of many."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int


def asked_page(name: str = "page") -> int:
    """The page the address asks for, of the list its argument names; the first when it asks for none."""
    typed = request.args.get(name, "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def asked_words() -> str:
    """The words the address looks for."""
    return cut_line(request.args.get("q", ""), WORDS_LIMIT)


def place_in_list() -> dict[str, Any]:
    """What the address keeps of the list one came from (words, filters, page), to lead back to it."""
    kept = {name: cut_line(request.args.get(name, ""), WORDS_LIMIT) for name in PLACE}
    return {name: value for name, value in kept.items() if value}


def part_of(rows: Sequence[Row], *, number: int, size: int) -> Page[Row]:
    """One page of rows that are all there; the nearest when there is no such page."""
    number, pages = _nearest(number, len(rows), size)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def page_of(asked: Select[Row], *, size: int, name: str = "page", number: int | None = None) -> Page[Row]:
    """The page of the list that has this number, else that the address asks for; the nearest when there is no such page."""
    cut, found, pages, total = _cut(asked, size, asked_page(name) if number is None else number)
    return Page(db.session.scalars(cut).all(), found, pages, total)


def tuples_page_of(asked: Select[*Columns], *, size: int) -> Page[tuple[*Columns]]:
    """The same of a list whose rows are of several things."""
    cut, number, pages, total = _cut(asked, size, asked_page("page"))
    return Page(db.session.execute(cut).all(), number, pages, total)


def _cut(asked: Select[*Columns], size: int, wanted: int) -> tuple[Select[*Columns], int, int, int]:
    counted: Any = select(func.count()).select_from(asked.order_by(None).subquery())
    total = int(db.session.scalar(counted) or 0)
    number, pages = _nearest(wanted, total, size)
    return asked.limit(size).offset((number - 1) * size), number, pages, total


def _nearest(number: int, total: int, size: int) -> tuple[int, int]:
    pages = max(1, -(-total // size))
    return min(max(1, number), pages), pages
