"""Dates, times and zones as reports write them, before anybody decided which number is the month."""

import re
from dataclasses import dataclass
from datetime import UTC, date, time, timedelta, timezone
from functools import cache
from typing import NamedTuple

from babel import Locale

from config import LANGUAGES
from webinars.words.folding import fold
from webinars.words.text import normal

_ABBREVIATIONS = {
    **dict.fromkeys(("z", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("cet", "bst", "west", "mez"), 1.0),
    **dict.fromkeys(("cest", "eet", "mesz"), 2.0),
    **dict.fromkeys(("eest", "msk"), 3.0),
    "ist": 5.5,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])([0-9]{1,2}):?([0-9]{2})?")


def read_zone(text: str) -> timezone | None:
    """The zone of `GMT`, `Z`, `CEST`, `+02:00` or `UTC+2`; nothing for other words."""
    text = text.strip().lower()
    if text in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[text]))
    offset = _OFFSET.fullmatch(text)
    if offset is None or int(offset[2]) > 14:
        return None
    hours = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(hours if offset[1] == "+" else -hours) if hours else UTC


class WrittenDate(NamedTuple):
    """A year and two numbers; when `is_ordered` the first is the month."""

    year: int
    first: int
    second: int
    is_ordered: bool

    def as_date(self, *, is_day_first: bool) -> date | None:
        """The date in that order, if there is such a day."""
        month, day = (
            (self.first, self.second) if self.is_ordered or not is_day_first else (self.second, self.first)
        )
        try:
            return date(self.year, month, day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one cell says: maybe a date, a time, maybe a zone."""

    date: WrittenDate | None  # a time alone: of the session's day
    time: time
    zone: timezone | None  # not stated: the session's zone


class StampReader(dict[str, Stamp | None]):
    """Reads each written time once."""

    def __missing__(self, cell: str) -> Stamp | None:
        self[cell] = stamp = read_stamp(cell)
        return stamp


LONGEST = 60
_TIME = re.compile(
    r"(?P<rest>.*?)(?:^|[\sT,])\s?(?P<hour>[0-9]{1,2})(?::|\s?h\s?)(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
    r"(?:[.,][0-9]{1,9})?\s?(?P<half>[ap]\.?m\.?)?\s?\(?(?P<zone>(?:[a-z]{1,4})?\s?(?:[+-][0-9]{1,2}:?(?:[0-9]{2})?)?)\)?",
    re.IGNORECASE | re.DOTALL,
)
_NUMBERS = re.compile(r"([0-9]{1,4})[-/.]\s?([0-9]{1,2})[-/.]\s?([0-9]{1,4})\.?")


@cache
def _months() -> dict[str, int]:
    """The number of each month by its folded name; read from Babel where a report is."""
    return {
        fold(name): number
        for language in (*LANGUAGES, "de")
        for width in ("wide", "abbreviated")
        for number, name in Locale(language).months["format"][width].items()
    } | {"fev": 2}


def read_stamp(cell: str) -> Stamp | None:
    """The date and time a cell says; None when it says none, or nothing that can be read."""
    text = normal("NFKC", cell) if len(cell) <= LONGEST else ""
    if (found := _TIME.fullmatch(text.strip())) is None:
        return None
    clock, zone = _time(found), read_zone(found["zone"])
    if clock is None or (found["zone"].strip() and zone is None):
        return None
    rest = found["rest"].strip(" ,-–àT\n\t")
    if not rest:
        return Stamp(None, clock, zone)
    written = _numeric_date(rest) or _date_in_words(rest)
    return Stamp(written, clock, zone) if written else None


def _time(found: re.Match[str]) -> time | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _numeric_date(text: str) -> WrittenDate | None:
    if (found := _NUMBERS.fullmatch(text)) is None:
        return None
    first, second, third = found.groups()
    if len(first) == 4:
        return WrittenDate(int(first), int(second), int(third), is_ordered=True)
    if len(first) > 2 or len(third) not in (2, 4):
        return None
    year = int(third) + (2000 if len(third) == 2 else 0)
    return WrittenDate(year, int(first), int(second), is_ordered=False)


def _date_in_words(text: str) -> WrittenDate | None:
    words = fold(text).split()
    months = [_months()[word] for word in words if word in _months()]
    years = [int(word) for word in words if len(word) == 4 and word.isascii() and word.isdigit()]
    days = [int(word) for word in words if len(word) <= 2 and word.isascii() and word.isdigit()]
    if len(months) == len(years) == len(days) == 1:
        return WrittenDate(years[0], months[0], days[0], is_ordered=True)
    return None
