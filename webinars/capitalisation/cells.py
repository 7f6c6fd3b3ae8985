"""Cells of CSV files: no spreadsheet takes one for a formula (security rule 8, domain section 8)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

BOM = "\ufeff"
FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]|[;,]\s*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")


def cell(value: object) -> str:
    """The value as text; what could start a formula gets a leading apostrophe, numbers stay numbers."""
    text = "" if value is None else str(value)
    return "'" + text if FORMULA.search(text) and not NUMBER.match(text) else text


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
        writer.writerow([cell(value) for value in row])
    yield line.getvalue()
