"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, TypeVarTuple

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, select

from webinars.storage.extensions import db

Item = TypeVar("Item")
Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some of many, in the words of Flask-SQLAlchemy's own pages."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int


def page_of(asked: Select[Any], *, page: int, per_page: int) -> Pagination:
    """The page of a list of entities that has this number; the nearest when there is no such page."""
    found = db.paginate(asked, page=page, per_page=per_page, error_out=False)
    last = found.pages or 1
    return found if found.page <= last else db.paginate(asked, page=last, per_page=per_page, error_out=False)


def tuples_page_of(asked: Select[*Columns], *, page: int, per_page: int) -> Page[tuple[*Columns]]:
    """The same of a list whose rows are of several things, of which Flask-SQLAlchemy would give the first."""
    total = db.session.scalar(select(func.count()).select_from(asked.order_by(None).subquery())) or 0
    page, pages = _nearest(page, total, per_page)
    rows = db.session.execute(asked.limit(per_page).offset((page - 1) * per_page)).all()
    return Page(rows, page, pages, total)


def part_of(rows: Sequence[Item], *, page: int, per_page: int) -> Page[Item]:
    """The same of rows that are all there."""
    page, pages = _nearest(page, len(rows), per_page)
    return Page(rows[(page - 1) * per_page : page * per_page], page, pages, len(rows))


def _nearest(page: int, total: int, per_page: int) -> tuple[int, int]:
    pages = max(1, -(-total // per_page))
    return min(max(1, page), pages), pages
