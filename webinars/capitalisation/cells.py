"""Cells of CSV files: no spreadsheet takes one for a formula (security rule 8, domain section 8)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

BOM = "\ufeff"
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
_SIGN = "[=+\\-@＝＋－＠]"
_OPENS_CELL = re.compile(rf"""^(?=\s*{_SIGN}|[\t\r])|(?<=[;,\t\n\r])(?="*{_SIGN})""")
_BETWEEN = "\0"
# whether any cell of a row is to be held off: in most rows none is, and they are asked once instead of cell by cell
_OPENS_ROW = re.compile(rf"""{_BETWEEN}(?:\s*{_SIGN}|[\t\r])|[;,\t\n\r]"*{_SIGN}""")


def cell(value: object) -> str:
    """The value as text, with an apostrophe wherever a reader could see a formula begin; numbers stay numbers.

    A reader that takes another separator, or cuts a quoted cell at its line breaks, begins cells inside of ours.
    """
    text = "" if value is None else str(value)
    return text if _NUMBER.fullmatch(text) else _OPENS_CELL.sub("'", text)


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The file line by line: UTF-8 with BOM once encoded, `;`, CRLF, every cell quoted."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    line.write(BOM)
    writer.writerow(header)
    for row in rows:
        if line.tell() > 32_000:
            yield line.getvalue()
            line.seek(0)
            line.truncate()
        writer.writerow(_cells(row))
    yield line.getvalue()


def _cells(row: Iterable[object]) -> list[str]:
    texts = ["" if value is None else str(value) for value in row]
    if _OPENS_ROW.search(_BETWEEN + _BETWEEN.join(texts)):
        return [cell(text) for text in texts]
    return texts
