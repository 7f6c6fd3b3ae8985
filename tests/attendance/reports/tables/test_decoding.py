"""Any bytes become text, and it is said how."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attendance.written_reports import read, row, table
from webinars.attendance.reports.tables.text import decode

ACCENTS = "Élodie Lefèvre œuvre à Noël – 12 €"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ACCENTS.encode(), "utf-8"),
        (codecs.BOM_UTF8 + ACCENTS.encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + ACCENTS.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + ACCENTS.encode("utf-16-be"), "utf-16-be"),
        (ACCENTS.encode("utf-16-le"), "utf-16-le"),
        (ACCENTS.encode("utf-16-be"), "utf-16-be"),
        (ACCENTS.encode("cp1252"), "cp1252"),
    ],
)
def test_accents_survive(content: bytes, encoding: str) -> None:
    assert decode(content) == (ACCENTS, encoding, encoding == "cp1252")


def test_a_guess_is_told() -> None:
    report = read(table([row("Élodie Lefèvre")]).encode("cp1252"))

    assert (report.encoding, report.connections[0].name, dict(report.notices)) == (
        "cp1252",
        "Élodie Lefèvre",
        {"encoding_guessed": ()},
    )


def test_nul_signs_are_removed() -> None:
    assert decode(b"Ada\x00 Lovelace").text == "Ada Lovelace"


def test_a_file_cut_within_its_last_letter_is_still_utf_8() -> None:
    assert decode("Amélie, Zoé".encode()[:-1]) == ("Amélie, Zo", "utf-8", False)


@given(TEXT)
def test_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()).text == text


@given(TEXT, st.sampled_from([(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]))
def test_marked_utf_16_is_read_as_it_was_written(text: str, marked: tuple[bytes, str]) -> None:
    mark, encoding = marked

    assert decode(mark + text.encode(encoding)) == (text, encoding, False)


@given(st.binary())
def test_any_bytes_become_text_without_nul(content: bytes) -> None:
    assert decode(content).text.count("\x00") == 0
