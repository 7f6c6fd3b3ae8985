"""Ten times the text costs about ten times the processor, whatever its signs are."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.processor import LINEAR, cost, growth
from webinars.accounts.credentials.passwords import is_password
from webinars.accounts.credentials.strength import refusal_of
from webinars.accounts.slugs import slug_of
from webinars.attendance.matching.shown_names import clean_name, name_key, read_name
from webinars.attendance.reports.stamps import read_stamp
from webinars.attendance.reports.tables.cells import cell_text, read_duration
from webinars.words.addresses import AddressRefused, read_address
from webinars.words.folding import fold
from webinars.words.text import TextRefused, clean_line, clean_text, cut_line, cut_text, normal

pytestmark = pytest.mark.processor

TEN_KB, HUNDRED_KB, MEGABYTE = 10_000, 100_000, 1_000_000
SIGNS = {
    "two classes of marks": "a" + "\u0315" * 50 + "\u0327" * 50,
    "one mark": "\u0301",
    "letter and mark": "e\u0301",
    "marks turn by turn": "\u0315\u0327",
    "marks that hide until they are taken apart": "\u0f73",
    "voiced marks beside others": "\uff9e\u0315",
    "marks between apostrophes": "\u0315\u0327" * 15 + "’",
    "marks between controls": "\u0315\u0327" * 15 + "\x00",
    "marks between joiners": "\u0315\u034f\u0327",
    "syllables of hangul": "\u1100\u1161\u11a8",
    "vowels of hangul": "\u1161",
    "one sign for eighteen": "\ufdfa",
    "invisible joiners": "a\u200d",
    "blanks": " ",
    "blanks of several kinds": "\t\u00a0\n",
    "line breaks": "\r",
    "overrides": "\u202e",
    "brackets": "(",
    "quotation marks": '"',
    "letters": "a",
    "an address": "a@",
    "capitals that grow": "\u0130",
}


def unless_refused(read: Callable[[str], object]) -> Callable[[str], None]:
    def act(text: str) -> None:
        with suppress(TextRefused, AddressRefused):
            read(text)

    return act


DOORS: dict[str, Callable[[str], object]] = {
    "typed text": lambda text: clean_text(text, len(text)),
    "typed line": lambda text: clean_line(text, len(text)),
    "foreign text": lambda text: cut_text(text, len(text)),
    "foreign line": lambda text: cut_line(text, len(text)),
    "NFC": lambda text: normal("NFC", text),
    "NFKD": lambda text: normal("NFKD", text),
    "folding": fold,
    "slug": slug_of,
    "cell": cell_text,
    "duration": read_duration,
    "stamp": read_stamp,
    "shown name": lambda text: read_name(clean_name(text)),
    "key of a name": name_key,
    "address": read_address,
    "new password": refusal_of,
}


def repeated(signs: str, length: int) -> str:
    return (signs * (length // len(signs) + 1))[:length]


def sorted_out(length: int) -> str:
    """All marks of one class, then all of another: what a sort by insertion takes the square of."""
    return "a" + "\u0315" * (length // 2) + "\u0327" * (length // 2)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("signs", SIGNS)
def test_ten_times_the_text_costs_about_ten_times_the_processor(door: str, signs: str) -> None:
    act = unless_refused(DOORS[door])

    assert growth(act, repeated(SIGNS[signs], TEN_KB), repeated(SIGNS[signs], HUNDRED_KB)) <= LINEAR


@pytest.mark.parametrize("door", DOORS)
def test_a_megabyte_of_marks_costs_no_more_than_a_megabyte(door: str) -> None:
    act = unless_refused(DOORS[door])

    assert growth(act, sorted_out(HUNDRED_KB), sorted_out(MEGABYTE)) <= LINEAR
    assert cost(act, sorted_out(MEGABYTE)) < 1


def test_a_password_of_a_megabyte_costs_what_a_short_one_costs() -> None:
    def enter(password: str) -> None:
        assert not is_password(password, None)

    assert growth(enter, "une girafe traverse", sorted_out(MEGABYTE), most=3) <= 3
