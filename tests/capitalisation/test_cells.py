"""Exported cells are text, never formulas."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webinars.capitalisation.cells import BOM, cell, csv_lines


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_what_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert cell(start + "1+1") == "'" + start + "1+1"


def test_numbers_stay_numbers() -> None:
    assert [cell(value) for value in (12, -3, "70,6", None)] == ["12", "-3", "70,6", ""]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a,=1+1", "a,'=1+1"),
        ("a;+1", "a;'+1"),
        ("a\n@SUM(A1)", "a\n'@SUM(A1)"),
        ("a\r\n-1+2", "a\r\n'-1+2"),
        ("a\t＝1", "a\t'＝1"),
        ("a,=1;=2", "a,'=1;'=2"),
        ('a,"=1', "a,'\"=1"),
        (" =1+1", "' =1+1"),
        ("-1\n", "'-1\n"),
        ("-٣", "'-٣"),
    ],
)
def test_a_formula_inside_a_text_gets_an_apostrophe_too(typed: str, kept: str) -> None:
    assert cell(typed) == kept


@pytest.mark.parametrize(
    "text", ["CCAS, - service social", "Aubagne ; + 3 communes", "a-b, c=d", "12,5", "-12,5"]
)
def test_after_a_blank_it_is_text(text: str) -> None:
    assert cell(text) == text


# pieces of which formulas hide between whatever a reader takes for the end of a cell
PIECES = st.lists(
    st.sampled_from([*"=+-@＝＋－＠;,\t\n\r\"' ", "1", "a", "SUM(A1)", "\r\n", "é"]), max_size=12
).map("".join)


@given(st.lists(st.tuples(PIECES, PIECES), max_size=6))
def test_what_is_written_is_read_back_but_for_the_guards(rows: list[tuple[str, str]]) -> None:
    written = "".join(csv_lines(("a", "b"), rows))

    assert written.startswith(BOM)
    read = list(csv.reader(io.StringIO(written.removeprefix(BOM), newline=""), delimiter=";"))
    assert read == [["a", "b"], *([cell(value) for value in row] for row in rows)]
    assert [[text.replace("'", "") for text in row] for row in read[1:]] == [
        [text.replace("'", "") for text in row] for row in rows
    ]


@given(st.lists(st.tuples(PIECES, PIECES), max_size=6), st.sampled_from([";", ",", "\t"]))
@example(rows=[("a,=1+1", "b")], separator=",")
@example(rows=[("a\n=1+1", "b")], separator=";")
@example(rows=[("a", 'b,"=1+1')], separator=",")
def test_no_reader_finds_a_formula_whatever_its_separator(
    rows: list[tuple[str, str]], separator: str
) -> None:
    written = "".join(csv_lines(("a", "b"), rows)).removeprefix(BOM)

    assert formulas_found(written, separator) == []


def formulas_found(written: str, separator: str) -> list[str]:
    """Cells that begin a formula for one that reads quotes, or for one that cuts at every line break and separator."""
    careful = [
        text for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for text in row
    ]
    careless = [
        text.removeprefix('"').removesuffix('"')
        for line in written.splitlines()
        for text in line.split(separator)
    ]
    return [
        text
        for text in (*careful, *careless)
        if text.startswith(tuple("=+-@＝＋－＠")) and not re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text)
    ]
