"""Dates, hours and zones in words."""

import pytest
from flask import Flask
from flask_babel import force_locale

from webinars.words.dates import zone_words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "heure de Paris"),
        ("Europe/Amsterdam", "heure d’Amsterdam"),
        ("Indian/Reunion", "heure de La Réunion"),
    ],
)
def test_a_zone_in_french_minds_its_vowel(app: Flask, zone: str, words: str) -> None:
    with app.test_request_context(), force_locale("fr"):
        assert zone_words(zone) == words
