"""What a cell of a report says: a duration, a yes, nothing."""

import re

from webinars.words.folding import fold
from webinars.words.text import cut_line, normal

LONGEST_CELL = 10_000
LONGEST_DURATION = 60
LONGEST_YES_OR_NO = 20
_NOTHING = frozenset(("", "-", "--", "—", "–", "n/a", "N/A", "null", "None"))
_YES = frozenset(("yes", "oui", "ja", "true", "vrai", "1", "x"))
_NO = frozenset(("no", "non", "nein", "false", "faux", "0"))
_FORMULA_TEXT = re.compile(r'="([^"]*)"')

_NUMBER = r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)"
_PLAIN = re.compile(_NUMBER)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5]?[0-9]):([0-5]?[0-9])(?:[.,][0-9]+)?")
_PART = rf"{_NUMBER}\s?([a-z]+)\.?[\s,]*"
_NUMBER_AND_UNIT = re.compile(_PART)
_PARTS = re.compile(rf"((?:{_PART})+)([0-9]{{1,2}})?")  # a number after hours needs no unit: 1h05
_HOUR, _MINUTE = 3600, 60
_UNITS = {
    **dict.fromkeys(
        ("h", "hr", "hrs", "hour", "hours", "heure", "heures", "std", "stunde", "stunden"), _HOUR
    ),
    **dict.fromkeys(("m", "mn", "min", "mins", "minute", "minutes", "minuten"), _MINUTE),
    **dict.fromkeys(
        ("s", "sec", "secs", "second", "seconds", "seconde", "secondes", "sekunde", "sekunden"), 1
    ),
}


def cell_text(cell: str) -> str:
    """The cell as one clean line, without the `="…"` some tools wrap text in; nothing when it says nothing."""
    if not (cell.isascii() and cell.isprintable()):
        cell = cut_line(cell, LONGEST_CELL)
    cell = cell.strip()
    if cell.startswith('="') and (wrapped := _FORMULA_TEXT.fullmatch(cell)):
        cell = wrapped[1].strip()
    return "" if cell in _NOTHING else cell


def is_yes(cell: str) -> bool:
    """Whether the cell says yes, in English, French or German."""
    return len(cell) <= LONGEST_YES_OR_NO and fold(cell) in _YES


def is_no(cell: str) -> bool:
    """Whether the cell says no; an empty one does not."""
    return len(cell) <= LONGEST_YES_OR_NO and fold(cell) in _NO


def read_duration(cell: str) -> int | None:
    """The seconds of a duration in any shape the tools use; a bare number is minutes; unreadable is unknown."""
    text = normal("NFKC", cell).strip().lower() if len(cell) <= LONGEST_DURATION else ""
    if not text:
        return None
    if plain := _PLAIN.fullmatch(text):
        return _seconds(plain[1], _MINUTE)
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * _HOUR + int(clock[2]) * _MINUTE + int(clock[3])
    return _duration_in_words(text)


def _duration_in_words(text: str) -> int | None:
    if (found := _PARTS.fullmatch(text)) is None:
        return None
    parts = [(number, _UNITS.get(unit, 0)) for number, unit in _NUMBER_AND_UNIT.findall(found[1])]
    if found[4]:
        parts.append((found[4], _MINUTE if parts[-1][1] == _HOUR else 0))
    units = [unit for _, unit in parts]
    if 0 in units or units != sorted(set(units), reverse=True):
        return None
    return sum(_seconds(number, unit) for number, unit in parts)


def _seconds(number: str, unit: int) -> int:
    return int(float(number.replace(",", ".")) * unit + 0.5)
