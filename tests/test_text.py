"""Text is cleaned once, at the door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.text import clean_line, clean_text

BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
BIDI = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
# whatever a browser, a file or a program can send, the odd ones often
ODD = st.sampled_from(
    [*BREAKS, *BIDI, "\x00", "\x07", "\x1f", "\x7f", "\x9f", "\t", " ", "\u00a0", "\u202f", "\ufeff"]
)
ANY = st.lists(
    st.one_of(ODD, st.characters(), st.sampled_from(["e", "\u0301", "\ud800", "\u1100", "\u1161"]))
).map("".join)


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_line_has_no_break_of_any_kind(line_break: str) -> None:
    assert clean_line(f"VTO{line_break}Bcc: all@example.org") == "VTO Bcc: all@example.org"


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_text_has_one_kind_of_line_break(line_break: str) -> None:
    assert clean_text(f"one{line_break}two") == "one\ntwo"


@pytest.mark.parametrize(
    "sign", [*BIDI, "\x00", "\x01", "\x08", "\x1f", "\x7f", "\x80", "\x9f", "\ufeff", "\ud800"]
)
def test_signs_that_mislead_are_taken_out(sign: str) -> None:
    assert clean_text(f"in{sign}voice") == "invoice"


def test_typography_stays() -> None:
    words = "« L’été », dit-elle\u00a0: 1\u202f234 œuvres – déjà\u202f!"

    assert (clean_line(words), clean_text(words)) == (words, words)


def test_two_ways_to_type_an_accent_are_one() -> None:
    assert clean_line("e\u0301te\u0301") == "été"


def test_an_accent_set_apart_by_a_hidden_sign_is_joined() -> None:
    assert clean_line("e\x00\u0301") == "é"


def test_what_is_decoded_stays_literal() -> None:
    words = "%00 %0d%0a &#10; {{7*7}} {a.b} ${x} %s \\n"

    assert clean_text(words) == words


@given(ANY)
def test_a_line_holds_nothing_dangerous(value: str) -> None:
    line = clean_line(value)

    assert len(line.splitlines()) <= 1
    assert {unicodedata.category(sign) for sign in line} & {"Cc", "Cs", "Zl", "Zp"} == set()
    assert set(line) & set(BIDI) == set()
    assert line == line.strip()
    assert "  " not in line


@given(ANY)
def test_a_text_holds_nothing_dangerous(value: str) -> None:
    text = clean_text(value)

    assert {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")} <= {"\n", "\t"}
    assert set(text) & set(BIDI) == set()
    assert unicodedata.is_normalized("NFC", text)


@given(ANY)
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    assert clean_text(clean_text(value)) == clean_text(value)
    assert clean_line(clean_line(value)) == clean_line(value)
    assert clean_line(clean_text(value)) == clean_line(value)


@given(ANY)
def test_what_is_clean_can_be_stored_and_sent(value: str) -> None:
    assert clean_text(value).encode().decode() == clean_text(value)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=40))
def test_letters_and_numbers_are_left_alone(value: str) -> None:
    assert clean_line(value) == unicodedata.normalize("NFC", value).strip()


def test_fifty_thousand_signs_are_cleaned_at_once() -> None:
    import time

    for sign in (" ", "\r", "\u202e", "e\u0301", "\t\n"):
        start = time.perf_counter()
        clean_line(sign * 50_000)
        assert time.perf_counter() - start < 0.5
