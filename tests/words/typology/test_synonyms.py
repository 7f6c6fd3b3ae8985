"""Types of structures are found by the words people use for them, which stand beside their labels."""

import json
from collections import Counter
from itertools import chain

import pytest
from flask import Flask
from flask_babel import force_locale

from config import LANGUAGES, ROOT
from webinars.words import typology
from webinars.words.folding import fold

FILE = json.loads((ROOT / "webinars/words/typology/typology.json").read_text(encoding="utf-8"))
OF_FAMILIES = FILE["organisation_families"]
OF_TYPES = FILE["organisation_types"]
SPOKEN = {  # said by people of the field
    "mairie": {"COL-COM"},
    "ville": {"COL-COM"},
    "agglo": {"COL-EPC"},
    "CC": {"COL-EPC"},
    "DDTM": {"ETA-DEC"},
    "école": {"ETA-EDU"},
    "SIAE": {"ESS-SIA"},
    "HLM": {"LOG-OPH", "LOG-ESH", "LOG-AUT"},
}


def synonyms(row: dict, language: str) -> list[str]:
    return [fold(word) for word in row.get(f"also_{language}", [])]


def known(row: dict, language: str) -> set[str]:
    """The words an answer is found by without any synonym: those of its label and of its family's."""
    of_family = [one for one in OF_FAMILIES if one["code"] == row.get("family")]
    labels = [one[f"label_{language}"] for one in (row, *of_family)]
    return set(fold(" ".join(labels).replace("'", " ")).split())


def test_each_row_is_a_code_that_exists_in_a_family_that_exists() -> None:
    assert [row["code"] for row in OF_TYPES] == list(typology.structure_types())
    assert {row["family"] for row in OF_TYPES} == set(typology.families())
    assert {row["code"] for row in OF_TYPES if row["code"][:3] != row["family"]} == set()


def test_the_one_that_always_fits_comes_last() -> None:
    assert list(typology.structure_types())[-1] == "AUT-AUT"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", typology.families())
def test_no_word_of_a_family_is_said_twice(family: str, language: str) -> None:
    rows = [row for row in (*OF_FAMILIES, *OF_TYPES) if family in (row["code"], row.get("family"))]
    said = Counter(chain.from_iterable(synonyms(row, language) for row in rows))

    assert [word for word, times in said.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_synonym_is_what_the_labels_say_already(language: str) -> None:
    found = [
        (row["code"], word)
        for row in (*OF_FAMILIES, *OF_TYPES)
        for word in synonyms(row, language)
        if all(any(of_label.startswith(one) for of_label in known(row, language)) for one in word.split())
    ]

    assert found == []


def test_a_synonym_holds_nothing_that_parts_synonyms() -> None:
    rows = (*OF_FAMILIES, *OF_TYPES)
    words = [word for row in rows for name in row if name.startswith("also_") for word in row[name]]

    assert [word for word in words if "," in word or word != " ".join(word.split())] == []
    assert words


@pytest.mark.parametrize(("word", "codes"), SPOKEN.items(), ids=SPOKEN)
def test_words_of_the_field_lead_to_their_types(app: Flask, word: str, codes: set[str]) -> None:
    with app.test_request_context(), force_locale("fr"):
        assert {code for code, one in typology.structure_types().items() if word in one.also} == codes


def test_synonyms_follow_the_language_as_labels_do(app: Flask) -> None:
    services = typology.structure_types()["COL-CCA"]  # its English label says it all
    with app.test_request_context():
        with force_locale("fr"):
            assert services.also == [
                "centre communal d’action sociale",
                "centre intercommunal d’action sociale",
            ]
        with force_locale("en"):
            assert services.also == []
