"""Durations, yes and no in every shape the tools use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.attendance.reports.tables.cells import cell_text, is_no, is_yes, read_duration

HOURS, PARTS = st.integers(0, 99), st.integers(0, 59)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("93", 5580),
        ("0", 0),
        ("92.87", 5572),
        ("92,87", 5572),
        ("1:29:00", 5340),
        ("01:50:00", 6600),
        ("1h 27m 51s", 5271),
        ("1 h 12 min", 4320),
        ("1 h 12\u202fmin", 4320),
        ("92 mins", 5520),
        ("7m 30s", 450),
        ("30m 0s", 1800),
        ("1h05", 3900),
        ("2 hours", 7200),
        ("1 heure 5 minutes", 3900),
        ("45 s", 45),
        ("1,5 h", 5400),
    ],
)
def test_a_duration_is_read(cell: str, seconds: int) -> None:
    assert read_duration(cell) == seconds


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "--",
        "abc",
        "-5",
        "1:29",
        "1:75:00",
        "12 34 56",
        "NaN",
        "inf",
        "1e5",
        "9999999",
        "٩٣",
        "h",
        "1h" * 50,
    ],
)
def test_an_unreadable_duration_is_not_known(cell: str) -> None:
    assert read_duration(cell) is None


@given(HOURS, PARTS, PARTS)
def test_the_shapes_of_one_duration_agree(hours: int, minutes: int, seconds: int) -> None:
    whole = hours * 3600 + minutes * 60 + seconds

    assert {
        read_duration(f"{hours}:{minutes:02}:{seconds:02}"),
        read_duration(f"{hours}h {minutes}m {seconds}s"),
        read_duration(f"{hours} h {minutes} min {seconds} s"),
        read_duration(f"{hours} hours, {minutes} minutes, {seconds} seconds"),
    } == {whole}


@given(st.integers(0, 99_999), st.integers(0, 99))
def test_a_decimal_comma_is_a_decimal_point(whole: int, hundredths: int) -> None:
    assert read_duration(f"{whole},{hundredths:02}") == read_duration(f"{whole}.{hundredths:02}")


@given(st.text())
def test_any_cell_is_a_duration_or_not_known(cell: str) -> None:
    seconds = read_duration(cell)

    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" Ada ", "Ada"),
        ('="2025-10-07 11:58:20"', "2025-10-07 11:58:20"),
        ("=1+1", "=1+1"),
        ("--", ""),
        ("-", ""),
        ("E\u0301lodie", "Élodie"),
        ("Ada\u0000\u202e", "Ada"),
    ],
)
def test_a_cell_says_its_text(cell: str, text: str) -> None:
    assert cell_text(cell) == text


def test_yes_and_no_are_said_in_three_languages() -> None:
    assert [is_yes(word) for word in ("Yes", "OUI", "ja", "TRUE", "No", "", "Guest")] == [True] * 4 + [
        False
    ] * 3
    assert [is_no(word) for word in ("No", "NON", "nein", "FALSE", "Yes", "", "--")] == [True] * 4 + [
        False
    ] * 3
