"""The rows of a text of separated cells, and which sign separates them."""

import csv
import io
import re
from collections.abc import Container, Iterator
from itertools import islice
from typing import NamedTuple

from webinars.attendance.reports.errors import FileTooLarge, MalformedCsv
from webinars.attendance.reports.tables.cells import LONGEST_CELL
from webinars.words.folding import fold

MAX_ROWS, MAX_COLUMNS = 100_000, 100
SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "pipe"}

_STATED = re.compile(r'"?sep=([\t;,|:^~ ])"?[ \t]*(\r\n|\r|\n|\Z)', re.IGNORECASE)
_LOOKED_AT = 200  # rows in which the first headings must be
_LONGEST = 100  # characters of a heading
_LONGEST_ROW = (
    2 * MAX_COLUMNS * (LONGEST_CELL + 3)
)  # characters; a longer one breaks a limit, and is not taken apart
_END = "\x00"  # decoded text holds no NUL, so that no cell can be this

# a cell is measured below; the module's own limit would hide a quotation mark that is never closed
csv.field_size_limit(64 * 1024 * 1024)


class ReportRow(NamedTuple):
    """A row, with the line of the file it begins on."""

    line: int
    cells: list[str]

    @property
    def is_blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(cell.strip() for cell in self.cells)

    @property
    def is_lone(self) -> bool:
        """Whether only the first cell says something, as in the title of a section."""
        return bool(self.cells) and bool(self.cells[0].strip()) and not any(map(str.strip, self.cells[1:]))


class Separation(NamedTuple):
    """Which sign separates the cells, and what is left to read once the file has said so."""

    sign: str
    body: str
    first_line: int

    @property
    def name(self) -> str:
        """The sign in a word."""
        return SEPARATORS.get(self.sign, self.sign)


def separate(text: str, headings: Container[str]) -> Separation:
    """The separator the file states, else the one under which most headings are recognised."""
    if stated := _STATED.match(text):
        return Separation(stated[1], text[stated.end() :], 2)
    best = max(SEPARATORS, key=lambda sign: _headings_under(text, sign, headings) if sign in text else -1)
    return Separation(best if best in text else ",", text, 1)


def read_rows(separation: Separation) -> Iterator[ReportRow]:
    """All rows in order, blank ones too; refuses an open quotation mark and what is over a limit."""
    for count, row in enumerate(_parse(separation), start=1):
        if count > MAX_ROWS:
            raise FileTooLarge(limit="rows")
        if len(row.cells) > MAX_COLUMNS:
            if any(map(str.strip, row.cells[MAX_COLUMNS:])):
                raise FileTooLarge(limit="columns", line=row.line)
            del row.cells[MAX_COLUMNS:]
        if row.cells and len(max(row.cells, key=len)) > LONGEST_CELL:
            raise FileTooLarge(limit="cell", line=row.line)
        yield row


def _parse(separation: Separation) -> Iterator[ReportRow]:
    lines = _Lines(separation)
    reader = csv.reader(lines, delimiter=separation.sign)
    for cells in reader:
        if cells == [_END]:
            return
        if cells and cells[-1].endswith(_END):
            raise MalformedCsv(line=lines.row)
        yield ReportRow(lines.row, cells)
        lines.row, lines.taken = separation.first_line + reader.line_num, 0


class _Lines:
    """The lines of the file, for as long as those of one row are no longer than any row may be."""

    def __init__(self, separation: Separation) -> None:
        self._file, self._sign = io.StringIO(separation.body, newline=""), separation.sign
        self.row = separation.first_line  # the line it begins on
        self.taken = 0  # characters of it so far

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            if self.taken + len(line) > _LONGEST_ROW:
                self._refuse(line)
            self.taken += len(line)
            yield line
        yield _END

    def _refuse(self, line: str) -> None:
        # a row goes on over lines within quotation marks alone
        if self.taken and '"' not in line and '"' not in self._file.read():
            raise MalformedCsv(line=self.row)
        limit = "columns" if line.count(self._sign) >= MAX_COLUMNS else "cell"
        raise FileTooLarge(limit=limit, line=self.row)


def _headings_under(text: str, sign: str, headings: Container[str]) -> int:
    """The most headings that one of the first rows holds under this separator."""
    beginning = islice(csv.reader(_beginning(text), delimiter=sign), _LOOKED_AT)
    return max(
        (sum(fold(cell[:_LONGEST]) in headings for cell in cells[:MAX_COLUMNS]) for cells in beginning),
        default=0,
    )


def _beginning(text: str) -> Iterator[str]:
    taken = 0
    for line in io.StringIO(text, newline=""):
        taken += len(line)
        if taken > _LONGEST_ROW:
            return
        yield line
