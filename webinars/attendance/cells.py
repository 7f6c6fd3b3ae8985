"""What a cell of a report says: a duration, a yes, nothing."""

import re
import unicodedata

from webinars.attendance.folding import fold
from webinars.text import clean_line

_NOTHING = frozenset(("", "-", "--", "—", "–", "n/a", "N/A", "null", "None"))
_YES = frozenset(("yes", "oui", "ja", "true", "vrai", "1", "x"))
_NO = frozenset(("no", "non", "nein", "false", "faux", "0"))
_FORMULA_TEXT = re.compile(r'="([^"]*)"')

_NUMBER = r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)"
_PLAIN = re.compile(_NUMBER)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5]?[0-9]):([0-5]?[0-9])(?:[.,][0-9]+)?")
_WORDS = re.compile(
    rf"(?:{_NUMBER}\s?(?:h|hr|hrs|hours?|heures?|std|stunden?)\.?)?[\s,]*"
    rf"(?:{_NUMBER}\s?(?:m|mn|min|mins|minutes?|minuten?)?\.?)?[\s,]*"
    rf"(?:{_NUMBER}\s?(?:s|sec|secs|seconds?|secondes?|sekunden?)\.?)?"
)
_HOUR, _MINUTE = 3600, 60


def cell_text(cell: str) -> str:
    """The cell as one clean line, without the `="…"` some tools wrap text in; nothing when it says nothing."""
    if not (cell.isprintable() and unicodedata.is_normalized("NFC", cell)):
        cell = clean_line(cell)
    cell = cell.strip()
    if cell.startswith('="') and (wrapped := _FORMULA_TEXT.fullmatch(cell)):
        cell = wrapped[1].strip()
    return "" if cell in _NOTHING else cell


def is_yes(cell: str) -> bool:
    """Whether the cell says yes, in English, French or German."""
    return fold(cell) in _YES


def is_no(cell: str) -> bool:
    """Whether the cell says no; an empty one does not."""
    return fold(cell) in _NO


def read_duration(cell: str) -> int | None:
    """The seconds of a duration in any shape the tools use; a bare number is minutes; unreadable is unknown."""
    text = unicodedata.normalize("NFKC", cell).strip().lower()
    if not text or len(text) > 60:
        return None
    if plain := _PLAIN.fullmatch(text):
        return _seconds(plain[1], _MINUTE)
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * _HOUR + int(clock[2]) * _MINUTE + int(clock[3])
    if (words := _WORDS.fullmatch(text)) and any(words.groups()):
        return sum(
            _seconds(part, unit) for part, unit in zip(words.groups(), (_HOUR, _MINUTE, 1), strict=True)
        )
    return None


def _seconds(number: str | None, unit: int) -> int:
    return int(float(number.replace(",", ".")) * unit + 0.5) if number else 0
