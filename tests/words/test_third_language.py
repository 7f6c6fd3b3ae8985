"""A third language is a line of the list, a catalogue and a column of the typology; what is missing is said in English."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import force_locale

import config
from tests.page import Page, read
from webinars import create_app
from webinars.messages.letters.placeholders import PLACEHOLDERS
from webinars.words import dates, languages, mail_environment, nouns, numbers, typology
from webinars.words.accent import DEFAULT_HUE, accent

NBSP = "\u00a0"
GERMAN = {
    ("webinar", "webinars"): ("Webinar", "Webinare"),
    "Cycle of %(sessions)s": "Reihe von %(sessions)s",
    "%(city)s time": "Zeit in %(city)s",
    "Choose your new password": "Wählen Sie Ihr neues Passwort",
    "Personal data": "Datenschutz",
}
START, END = datetime(2020, 11, 17, 10, tzinfo=ZoneInfo("Europe/Paris")), time(11, 30)


@pytest.fixture
def german(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application that also speaks a little German."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "fr").symlink_to(config.TRANSLATIONS / "fr")
    catalogue = Catalog(locale="de")
    for said, translated in GERMAN.items():
        catalogue.add(said, translated)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setitem(config.LANGUAGES, "de", "de_DE")
    monkeypatch.setattr(config, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(mail_environment, "TRANSLATIONS", tmp_path)
    mail_environment.environment.cache_clear()
    speaking = create_app(app.config["SETTINGS"])
    speaking.testing = True
    with speaking.app_context():
        yield speaking
    mail_environment.environment.cache_clear()


def test_it_is_offered_under_its_own_name(german: Flask) -> None:
    assert languages.language_names() == {"fr": "Français", "en": "English", "de": "Deutsch"}


def test_dates_and_hours_are_written_as_babel_knows_them(german: Flask) -> None:
    with force_locale("de"):
        assert dates.date_words(START) == "Dienstag, 17. November 2020"
        assert dates.date_words(date(2020, 11, 1), weekday=False, year=False) == "1. November"
        assert dates.hour_words(START) == "10 Uhr"
        assert dates.hour_words(END) == "11:30"
        assert dates.hour_range(START, END) == "10:00–11:30 Uhr"
        assert (
            dates.period_words(date(2020, 11, 17), date(2021, 1, 8)) == "17. November 2020 – 8. Januar 2021"
        )
        assert dates.duration_words(90) == f"1{NBSP}h 30{NBSP}min"
        assert dates.zone_words("Europe/Paris") == "Zeit in Paris"


def test_numbers_are_written_as_babel_knows_them(german: Flask) -> None:
    with force_locale("de"):
        assert numbers.number_words(12345) == "12.345"
        assert numbers.decimal_words(Fraction(13, 9)) == "1,44"
        assert numbers.share_words(12, 17) == f"70,6{NBSP}%"


def test_nouns_come_from_the_catalogue_else_in_english(german: Flask) -> None:
    with force_locale("de"):
        assert nouns.counted("webinar", 0) == f"0{NBSP}Webinare"
        assert nouns.cycle_of("webinar", 3) == f"Reihe von 3{NBSP}Webinare"
        assert nouns.counted("seminar", 2) == f"2{NBSP}seminars"
        assert nouns.demonstrative("webinar", 1) == "This Webinar"


def test_labels_come_from_their_column_else_in_english(german: Flask) -> None:
    town = typology.structure_types()["COL-COM"]
    named = replace(town, labels={**town.labels, "de": "Gemeinde"})

    with force_locale("de"):
        assert named.label == "Gemeinde"
        assert town.label == town.labels["en"]
    with force_locale("fr"):
        assert named.label == town.labels["fr"]


def test_words_in_braces_without_their_own_are_the_english_ones(german: Flask) -> None:
    with force_locale("de"):
        assert [one.word for one in PLACEHOLDERS][:2] == ["{first_name}", "{last_name}"]


def test_a_page_is_served_in_it(german: Flask) -> None:
    page = read(german.test_client().get("/?lang=de"))

    assert page.language == "de"
    assert page.link("Datenschutz")
    others = [page.link("Français"), page.link("English")]
    assert [one.attributes for one in others] == [
        {"href": f"?lang={code}", "lang": code, "hreflang": code} for code in ("fr", "en")
    ]
    preferred = german.test_client().get("/", headers={"Accept-Language": "de-AT, en"})
    assert read(preferred).language == "de"


def test_a_mail_is_written_in_it(german: Flask) -> None:
    subject, text, html = mail_environment.render_mail(
        "password_reset",
        "de",
        organisation=None,
        accent=accent(DEFAULT_HUE),
        organiser=SimpleNamespace(name="Ada Lovelace"),
        link="https://example.org/set-password/x",
    )

    assert subject == "Wählen Sie Ihr neues Passwort"
    assert "Hello Ada Lovelace," in text.splitlines()
    assert Page(html).language == "de"
