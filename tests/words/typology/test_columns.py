"""The typology is read from its columns."""

import pytest

from webinars.words import typology


def test_columns_of_the_typology_are_read_by_their_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"code": "X", "label_fr": "L'un", "label_en": "One", "label_de": "Eins", "family": "Y"}
    monkeypatch.setattr(typology, "_read", lambda _name: {"functions": [row]})

    assert typology._kinds("functions")["X"].labels == {"fr": "L’un", "en": "One", "de": "Eins"}
