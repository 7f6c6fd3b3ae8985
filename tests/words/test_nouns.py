"""The word for a session, in both languages."""

import pytest
from flask import Flask
from flask_babel import force_locale

from webinars.words import nouns


@pytest.mark.parametrize(
    ("code", "count", "words"),
    [
        ("webinar", 3, "Cycle de 3\u00a0webinaires"),
        ("workshop", 0, "Cycle d’ateliers"),
        ("video_conference", 1, "Visioconférence"),
        ("video_conference", 1234, "Cycle de 1\u202f234\u00a0visioconférences"),
        ("a word of no list", 2, "Cycle de 2\u00a0webinaires"),
    ],
)
def test_a_cycle_is_called_by_its_sessions(app: Flask, code: str, count: int, words: str) -> None:
    with force_locale("fr"):
        assert nouns.cycle_of(code, count) == words


@pytest.mark.parametrize(
    ("code", "count", "words"),
    [
        ("webinar", 3, "Ces trois webinaires"),
        ("webinar", 12, "Ces 12\u00a0webinaires"),
        ("webinar", 1, "Ce webinaire"),
        ("workshop", 1, "Cet atelier"),
        ("exchange_group", 1, "Ce groupe d’échanges"),
        ("session", 1, "Cette séance"),
    ],
)
def test_french_agrees_in_gender(app: Flask, code: str, count: int, words: str) -> None:
    with force_locale("fr"):
        assert nouns.demonstrative(code, count) == words


def test_english_says_the_same(app: Flask) -> None:
    with force_locale("en"):
        assert nouns.cycle_of("seminar", 3) == "Cycle of 3\u00a0seminars"
        assert nouns.demonstrative("seminar", 1) == "This seminar"
        assert nouns.counted("seminar", 0) == "0\u00a0seminars"
        assert nouns.ordinal("seminar", 2, 3) == "seminar 2\u00a0of 3"


def test_templates_know_the_words(app: Flask) -> None:
    with force_locale("fr"):
        assert app.jinja_env.from_string("{{ 'webinar'|noun_counted(2) }}").render() == "2\u00a0webinaires"
