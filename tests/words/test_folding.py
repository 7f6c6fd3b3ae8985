"""Headings and names are compared without case, accents and punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webinars.words.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Heure d’arrivée", "heure darrivee"),
        ("Heure d'arrivée", "heure darrivee"),
        ("Name (Original Name)", "name original name"),
        ("  DURÉE   (Minutes) ", "duree minutes"),
        ("N'Diaye", "ndiaye"),
        ("NOE\u0308L", "noel"),
        ("Lefèvre-Martin", "lefevre martin"),
        ("Œuvre Ærø Łódź Straße ısı", "oeuvre aero lodz strasse isi"),
        ("Ａｄａ\u200b Love\u00adlace\u202e", "ada lovelace"),
        ("ﬁn №", "fin no"),
        ("Ιωάννης", "ιωαννησ"),
        ("=-+", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


@given(st.text())
def test_what_is_left_are_words_and_single_spaces(text: str) -> None:
    assert all(word.isalnum() for word in fold(text).split(" ")) or fold(text) == ""
