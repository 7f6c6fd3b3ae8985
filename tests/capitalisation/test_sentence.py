"""The sentence is right for none, one and many, in both languages."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from flask_babel import force_locale

from webinars.accounts.models import Organisation, StructureLevel, TerritoryLevel
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.capitalisation.disclosure import of_the_public
from webinars.capitalisation.sentence import sentence
from webinars.words import typology

NBSP = "\N{NO-BREAK SPACE}"


def held(*, present: int, heads: int = 0) -> SessionCounts:
    return SessionCounts(1, "s", "Title", date(2026, 3, 2), present, present, 0, heads, is_recorded=True)


def counts(
    *sessions: SessionCounts,
    loyalty: dict[int, int] | None = None,
    types: dict[str, int] | None = None,
    coming: int = 0,
) -> CycleCounts:
    return CycleCounts(sessions, loyalty or {}, types or {}, {}, {}, coming=coming)


HOUSE = Organisation(public_structures=StructureLevel.FAMILIES, public_territory=TerritoryLevel.DEPARTMENTS)
NONE = counts()
NOBODY = counts(held(present=0))
ONE = counts(held(present=1), loyalty={1: 1}, types={"COL-COM": 1})
FIVE = counts(held(present=5), loyalty={1: 5}, types={"COL-COM": 2, "ESS-SIA": 3})
NOT_SAID = counts(held(present=9), loyalty={1: 9}, types={typology.UNKNOWN: 9})
SOME = counts(held(present=9), loyalty={1: 9}, types={"COL-COM": 9})
SHARED = counts(held(present=9, heads=4), loyalty={1: 9}, types={"COL-COM": 9})
UNNAMED = counts(held(present=0, heads=4))
OF_THREE = replace(SOME, coming=2)
TWO_OF_THREE = counts(held(present=0), held(present=1), loyalty={1: 1}, types={"COL-COM": 1}, coming=1)
TWO_UNNAMED = counts(held(present=0, heads=4), held(present=0, heads=1))
CLOSE = counts(held(present=6), held(present=6), loyalty={1: 2, 2: 5}, types={"COL-COM": 7})
MANY = counts(
    held(present=700),
    held(present=700, heads=4),
    loyalty={1: 1000, 2: 200},
    types={"COL-COM": 900, "ESS-SIA": 300},
)


@pytest.mark.parametrize(
    ("figures", "french", "english"),
    [
        (NONE, "Aucune séance n’a encore eu lieu.", "No session has taken place yet."),
        (
            NOBODY,
            "Aucune participation n’est encore enregistrée.",
            "No participation has been recorded yet.",
        ),
        (ONE, f"Ce webinaire a réuni 1{NBSP}personne.", "This webinar gathered 1 person."),
        (FIVE, f"Ce webinaire a réuni 5{NBSP}personnes.", "This webinar gathered 5 people."),
        (NOT_SAID, f"Ce webinaire a réuni 9{NBSP}personnes.", "This webinar gathered 9 people."),
        (
            SOME,
            f"Ce webinaire a réuni 9{NBSP}personnes{NBSP}: collectivités et groupements (9).",
            "This webinar gathered 9 people: local authorities (9).",
        ),
        (
            SHARED,
            f"Ce webinaire a réuni 13{NBSP}personnes, dont 9{NBSP}identifiées{NBSP}: collectivités et groupements (9).",
            "This webinar gathered 13 people, 9 of whom are known by name: local authorities (9).",
        ),
        (UNNAMED, f"Ce webinaire a réuni 4{NBSP}personnes.", "This webinar gathered 4 people."),
        (
            OF_THREE,
            f"Le premier de ces trois webinaires a réuni 9{NBSP}personnes{NBSP}: collectivités et groupements (9).",
            "The first of these three webinars gathered 9 people: local authorities (9).",
        ),
        (
            TWO_OF_THREE,
            f"Les deux premiers de ces trois webinaires ont réuni 1{NBSP}personne.",
            "The first two of these three webinars gathered 1 person.",
        ),
        (
            TWO_UNNAMED,
            f"Ces deux webinaires ont compté 5{NBSP}participations.",
            "These two webinars counted 5 participations.",
        ),
        (
            CLOSE,
            f"Ces deux webinaires ont réuni 7{NBSP}personnes différentes{NBSP}: collectivités et groupements (7).",
            "These two webinars gathered 7 different people: local authorities (7).",
        ),
        (
            MANY,
            (
                f"Ces deux webinaires ont compté 1\N{NARROW NO-BREAK SPACE}404{NBSP}participations, soit 1\N{NARROW NO-BREAK SPACE}200{NBSP}personnes "
                f"différentes{NBSP}: collectivités et groupements (900) et structures de l’ESS (300)."
            ),
            (
                "These two webinars counted 1,404 participations, by 1,200 different people: "
                "local authorities (900) and social economy organisations (300)."
            ),
        ),
    ],
)
def test_the_sentence(app: Flask, figures: CycleCounts, french: str, english: str) -> None:
    with force_locale("fr"):
        assert sentence(figures, "webinar", of_the_public(figures, HOUSE)) == french
    with force_locale("en"):
        assert sentence(figures, "webinar", of_the_public(figures, HOUSE)) == english


def test_the_noun_of_the_cycle_takes_its_gender(app: Flask) -> None:
    with force_locale("fr"):
        assert sentence(SOME, "video_conference", of_the_public(SOME, HOUSE)).startswith(
            "Cette visioconférence a réuni"
        )
        assert sentence(OF_THREE, "video_conference", of_the_public(OF_THREE, HOUSE)).startswith(
            "La première de ces trois visioconférences a réuni"
        )


def test_rates_are_exact(app: Flask) -> None:
    assert counts(held(present=3)).show_rate == Fraction(1)
