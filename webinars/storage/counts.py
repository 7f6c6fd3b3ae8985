"""Counting rows by one of their columns."""

from typing import Any

from sqlalchemy import Select

from webinars.storage.extensions import db


def counted_by(asked: Select[*tuple[Any, ...]]) -> dict[int, int]:
    """The second column of what is asked, by the first: `select(Session.cycle_id, func.count())`."""
    key = asked.selected_columns[0]
    return {row: int(number) for row, number in db.session.execute(asked.group_by(key).order_by(key))}
