"""What is asked of the database: the statements, how the engine answers them, and how much it reads for it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, func, select

from webinars.storage.database import Model
from webinars.storage.extensions import db

SMALL = 2_000  # rows of a table that PostgreSQL rather reads as a whole than by an index, and may, once
EACH = 10  # steps of SQLite's machine between two counts
ALIAS = re.compile(r"\b(\w+) AS (\w+)\b")
# a table that is read from end to end, by itself or by an index of it, or to make an index for this once
WHOLE = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?|SEARCH (\w+) USING AUTOMATIC")
ASKS = re.compile(r"\s*(SELECT|WITH)\b")
PASSED_OVER = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")


@dataclass
class Cost:
    """What was asked: statements with their values, and how much was read for them."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    steps: int = 0  # of SQLite's machine; on PostgreSQL rows, but for small tables read once as a whole

    @property
    def questions(self) -> list[tuple[str, Any]]:
        """Those statements that change nothing."""
        return [one for one in self.statements if ASKS.match(one[0])]


def is_sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


@contextmanager
def counted(*, many: bool = False) -> Iterator[Cost]:
    """Counts what is asked inside; `many`: also what is sent with many values at once, as one."""
    cost, kept = Cost(), []

    def keep(
        _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, is_many: bool
    ) -> None:
        if many or not is_many:
            cost.statements.append((statement, values))

    def count() -> None:
        cost.steps += EACH

    kept = [("before_cursor_execute", keep)]
    if is_sqlite():
        kept.append(("checkout", lambda raw, *_rest: raw.set_progress_handler(count, EACH)))
        kept.append(("checkin", lambda raw, *_rest: raw and raw.set_progress_handler(None, EACH)))
    db.session.rollback()
    for name, hook in kept:
        event.listen(db.engine, name, hook)
    try:
        yield cost
        db.session.rollback()
    finally:
        for name, hook in kept:
            event.remove(db.engine, name, hook)
    if not is_sqlite() and not many:
        cost.steps = sum(rows for rows, _tables in map(_explained, cost.questions))


def large_tables(least: int) -> set[str]:
    """The tables with at least so many rows."""
    with db.engine.connect() as connection:
        return {
            table.name
            for table in Model.metadata.sorted_tables
            if connection.scalar(select(func.count()).select_from(table)) >= least
        }


def read_whole(costs: Iterable[Cost], tables: set[str]) -> dict[str, set[str]]:
    """Those of these tables that are read from end to end, by the statement that does it."""
    asked = {statement: values for cost in costs for statement, values in cost.questions}
    found = {
        statement: (_scanned(statement, values) if is_sqlite() else _explained((statement, values))[1])
        for statement, values in asked.items()
    }
    return {statement: read & tables for statement, read in found.items() if read & tables}


def _scanned(statement: str, values: Any) -> set[str]:
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [WHOLE.search(row[-1]) for row in rows]
    named = {alias: table for table, alias in ALIAS.findall(statement)}
    names = [one[1] or one[3] for one in plan if one is not None and one[2] not in _partial_indexes()]
    return {named.get(name, name) for name in names}


def _partial_indexes() -> set[str]:
    """The indexes that hold some of the rows: reading such a one from end to end is not reading the table."""
    indexes = (index for table in Model.metadata.sorted_tables for index in table.indexes)
    return {str(index.name) for index in indexes if index.dialect_options["sqlite"]["where"] is not None}


def _explained(asked: tuple[str, Any]) -> tuple[int, set[str]]:
    """How many rows PostgreSQL reads for it, and which tables from end to end."""
    statement, values = asked
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
        connection.rollback()
    rows, tables = 0, set()
    for node in _nodes(plan[0]["Plan"]):
        if "Relation Name" in node and node["Actual Loops"]:
            passed_over = sum(node.get(name, 0) for name in PASSED_OVER)
            loops, read = node["Actual Loops"], node["Actual Rows"] + passed_over
            if node["Node Type"] == "Seq Scan":
                tables.add(node["Relation Name"])
                loops -= read < SMALL
            rows += int(read * loops)
    return rows, tables


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)
