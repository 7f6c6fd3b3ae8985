"""Cells of CSV files: no spreadsheet takes one for a formula.

By specification/security, rule 8 and specification/figures, section 8.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

BOM = "\ufeff"
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_SIGN = "[=+\\-@＝＋－＠]"
_OPENS_CELL = re.compile(rf"""^(?=\s*{_SIGN}|[\t\r])|(?<=[;,\t\n\r])(?="*{_SIGN})""")
# Whether a written part of a file holds any cell to be held off: in most none does, and they are asked together. What
# a pattern looks for first stands there rarely: written otherwise they take five times as long.
_OPENS_QUOTED = re.compile(rf'"\s*{_SIGN}')
_OPENS_CUT = re.compile(rf"{_SIGN}(?<=[;,\t\n\r].)")
_OPENS_BLANK = (';"\t', ';"\r', '\n"\t', '\n"\r')
LOT = 1_000  # rows that are looked at, and are in memory, at once


def cell(value: object) -> str:
    """The value as text, with an apostrophe wherever a reader could see a formula begin; numbers stay numbers.

    A reader that takes another separator, or cuts a quoted cell at its line breaks, begins cells inside of ours.
    """
    text = "" if value is None else str(value)
    return text if _NUMBER.fullmatch(text) else _OPENS_CELL.sub("'", text)


def csv_lines(header: Iterable[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file in parts: UTF-8 with BOM once encoded, `;`, CRLF, every cell quoted."""
    row = iter(rows)
    return csv_parts(header, iter(lambda: list(islice(row, LOT)), []))


def csv_parts(header: Iterable[str], lots: Iterable[Sequence[Sequence[object]]]) -> Iterator[str]:
    """The same file of rows that come many at a time: a part for each lot."""
    yield BOM + _written([tuple(header)])
    for lot in lots:
        part = _written(lot)
        yield _written([_cells(row) for row in lot]) if _may_open("\n" + part) else part


def _may_open(part: str) -> bool:
    if any(blank in part for blank in _OPENS_BLANK):
        return True
    return bool(_OPENS_QUOTED.search(part) or _OPENS_CUT.search(part))


def _written(rows: Iterable[Sequence[object]]) -> str:
    part = io.StringIO()
    csv.writer(part, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return part.getvalue()


def _cells(row: Iterable[object]) -> list[str]:
    return [cell(value) for value in row]
