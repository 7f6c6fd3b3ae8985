"""The database knows every state there is: a column of a few words has its check."""

import re

from sqlalchemy import CheckConstraint, Column, Enum, Table

from webinars.app import urls
from webinars.app.diagnosis import key_check
from webinars.storage.database import Model

assert key_check
assert urls


def unchecked(table: Table, column: Column[object]) -> bool:
    """Whether no check of the table says which values the column has."""
    known = " OR ".join(f"{column.name} = '{value}'" for value in column.type.enums)  # type: ignore[attr-defined]
    said = {str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)}
    return known not in said


def columns() -> list[tuple[Table, Column[object]]]:
    return [
        (table, column)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    ]


def test_each_column_of_states_has_a_check_of_its_values() -> None:
    assert len(columns()) > 25
    assert [str(column) for table, column in columns() if unchecked(table, column)] == []


def test_a_column_without_its_check_is_found() -> None:
    table, column = columns()[0]
    bare = table.to_metadata(type(table.metadata)())
    for one in [one for one in bare.constraints if isinstance(one, CheckConstraint)]:
        bare.constraints.discard(one)

    assert unchecked(bare, column)


def test_no_state_needs_quoting() -> None:
    assert all(
        re.fullmatch("[A-Za-z_-]+", value) for _table, column in columns() for value in column.type.enums
    )  # type: ignore[attr-defined]


def test_no_check_has_a_long_list() -> None:
    """SQLite draws up a list of three and more anew for each row it writes: of 45,000 that was half the time."""
    checks = [
        str(one.sqltext)
        for table in Model.metadata.sorted_tables
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    ]
    assert [check for check in checks if re.search(r"\bIN \([^()]*,[^()]*,", check)] == []
