"""Text is cleaned once, at the door."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.words.text import (
    LINE_LIMIT,
    MOST_MARKS,
    TextRefused,
    clean_line,
    clean_text,
    cut_line,
    cut_text,
    has_long_run,
    normal,
    quoted,
)

WIDE = 10_000
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
    assert clean_line(f"VTO{line_break}Bcc: all@example.org", LINE_LIMIT) == "VTO Bcc: all@example.org"


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_text_has_one_kind_of_line_break(line_break: str) -> None:
    assert clean_text(f"one{line_break}two", LINE_LIMIT) == "one\ntwo"


@pytest.mark.parametrize(
    "sign", [*BIDI, "\x00", "\x01", "\x08", "\x1f", "\x7f", "\x80", "\x9f", "\ufeff", "\ud800"]
)
def test_signs_that_mislead_are_taken_out(sign: str) -> None:
    assert clean_text(f"in{sign}voice", LINE_LIMIT) == "invoice"


def test_typography_stays() -> None:
    words = "« L’été », dit-elle\u00a0: 1\u202f234 œuvres – déjà\u202f!"

    assert (clean_line(words, LINE_LIMIT), clean_text(words, LINE_LIMIT)) == (words, words)


def test_two_ways_to_type_an_accent_are_one() -> None:
    assert clean_line("e\u0301te\u0301", LINE_LIMIT) == "été"


def test_an_accent_set_apart_by_a_hidden_sign_is_joined() -> None:
    assert clean_line("e\x00\u0301", LINE_LIMIT) == "é"


def test_what_is_decoded_stays_literal() -> None:
    words = "%00 %0d%0a &#10; {{7*7}} {a.b} ${x} %s \\n"

    assert clean_text(words, LINE_LIMIT) == words


@given(ANY)
def test_a_line_holds_nothing_dangerous(value: str) -> None:
    line = cut_line(value, WIDE)

    assert len(line.splitlines()) <= 1
    assert {unicodedata.category(sign) for sign in line} & {"Cc", "Cs", "Zl", "Zp"} == set()
    assert set(line) & set(BIDI) == set()
    assert line == line.strip()
    assert "  " not in line


@given(ANY)
def test_a_text_holds_nothing_dangerous(value: str) -> None:
    text = cut_text(value, WIDE)

    assert {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")} <= {"\n", "\t"}
    assert set(text) & set(BIDI) == set()
    assert unicodedata.is_normalized("NFC", text)


@given(ANY)
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    assert cut_text(cut_text(value, WIDE), WIDE) == cut_text(value, WIDE)
    assert cut_line(cut_line(value, WIDE), WIDE) == cut_line(value, WIDE)
    assert cut_line(cut_text(value, WIDE), WIDE) == cut_line(value, WIDE)


@given(ANY)
def test_what_is_clean_can_be_stored_and_sent(value: str) -> None:
    assert cut_text(value, WIDE).encode().decode() == cut_text(value, WIDE)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=40))
def test_letters_and_numbers_are_left_alone(value: str) -> None:
    assert cut_line(value, WIDE) == unicodedata.normalize("NFC", value).strip()


def test_typed_text_of_four_times_its_limit_is_read_and_one_sign_more_is_not() -> None:
    assert clean_text("a" * 4 * LINE_LIMIT, LINE_LIMIT) == "a" * 4 * LINE_LIMIT
    with pytest.raises(TextRefused) as refused:
        clean_text("a" * (4 * LINE_LIMIT + 1), LINE_LIMIT)
    assert str(refused.value) == "Shorten this text: 200 signs at most, 801 now."


# U+0F73 and U+FF9E are no marks until they are taken apart, U+0344 is two marks once it is composed
@pytest.mark.parametrize(
    "mark", ["\u0301", "\u0315\u0327", "\u0f73", "\uff9e", "\u05b0", "\u3099", "\U0001e94a"]
)
def test_more_marks_than_thirty_in_a_row_are_refused_where_they_are_typed(mark: str) -> None:
    run = (mark * (MOST_MARKS + 1))[: MOST_MARKS + 1]

    with pytest.raises(TextRefused, match="more than 30"):
        clean_text(f"Ada{run} Lovelace", LINE_LIMIT)
    assert clean_text(f"Ada{run[:15]} Lovelace", LINE_LIMIT).endswith(" Lovelace")


def test_what_is_refused_is_not_found_again_after_it_was_taken() -> None:
    with pytest.raises(TextRefused):
        clean_text("a" + "\u0344" * 20, LINE_LIMIT)


def test_a_mark_that_joins_its_letter_counts_like_any() -> None:
    assert clean_text("e" + "\u0301" * MOST_MARKS, LINE_LIMIT) == "é" + "\u0301" * (MOST_MARKS - 1)


def test_runs_are_cut_and_the_rest_is_read_where_others_wrote() -> None:
    line = cut_line("Zo\u0308" + "\u0315\u0327" * 20_000 + "e et la suite", 300)

    assert not has_long_run(line)
    assert (line[0], line[-13:]) == ("Z", "e et la suite")


def test_what_others_wrote_is_cut_at_its_limit() -> None:
    assert (cut_line("ab  cd", 4), cut_text("ab\n\ncd", 4)) == ("ab c", "ab")


def test_every_sign_that_is_sorted_among_marks_counts_as_one() -> None:
    signs = [chr(code) for code in range(0x110000)]
    sorted_first = {sign for sign in signs if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0])}
    counted = {sign for sign in sorted_first if has_long_run(sign * (MOST_MARKS + 1))}

    assert counted == sorted_first
    assert not any(has_long_run(sign * (MOST_MARKS + 1)) for sign in "aé\u034f\u200d\u1161\ufdfa\u00b4")


@pytest.mark.parametrize("form", ["NFC", "NFKC", "NFKD"])
@given(value=st.text(max_size=30))
def test_a_form_of_unicode_is_the_usual_one_for_what_people_write(form: str, value: str) -> None:
    assert normal(form, value) == unicodedata.normalize(form, value)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anne-Marie", "Anne-Marie"),
        ("J.-P. O’Brien", "J.-P. O’Brien"),
        ("www.spam.example", "www. spam. example"),
        ("https://spam.example/a", "https: / / spam. example/ a"),
        ("a@b.example", "a@ b. example"),
        ("x" * 200, "x" * 120),
    ],
)
def test_quoting_leaves_names_and_breaks_links(typed: str, shown: str) -> None:
    assert quoted(typed) == shown
