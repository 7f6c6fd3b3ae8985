"""Exported cells are text, never formulas."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.capitalisation.cells import BOM, cell, csv_lines


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_what_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert cell(start + "1+1") == "'" + start + "1+1"


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (12, -3, "70,6", None)] == ["12", "-3", "70,6", ""]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=20))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    written = "".join(csv_lines(("a", "b"), rows))

    assert written.startswith(BOM)
    read = list(csv.reader(io.StringIO(written.removeprefix(BOM), newline=""), delimiter=";"))
    assert [[text.removeprefix("'") for text in row] for row in read[1:]] == [
        [text.removeprefix("'") if cell(text) == text else text for text in row] for row in rows
    ]


@given(st.text())
def test_no_cell_opens_as_a_formula_whatever_the_separator(text: str) -> None:
    for separator in (";", ","):
        for part in cell(text).split(separator):
            bare = part.strip()
            assert (
                cell(text).startswith("'")
                or not bare.startswith(("=", "@", "+", "-"))
                or bare.lstrip("-").replace(",", "").replace(".", "").isdigit()
            )
