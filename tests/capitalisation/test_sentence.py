"""The sentence is right for none, one and many, in both languages."""

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from flask_babel import force_locale

from webinars.accounts.models import Organisation, StructureLevel, TerritoryLevel
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.capitalisation.disclosure import of_the_public
from webinars.capitalisation.sentence import sentence

NBSP = "\N{NO-BREAK SPACE}"


def held(*, present: int, heads: int = 0) -> SessionCounts:
    return SessionCounts(1, "s", "Title", date(2026, 3, 2), present, present, 0, heads, is_recorded=True)


def counts(
    *sessions: SessionCounts, loyalty: dict[int, int] | None = None, types: dict[str, int] | None = None
) -> CycleCounts:
    return CycleCounts(sessions, loyalty or {}, types or {}, {}, {})


HOUSE = Organisation(public_structures=StructureLevel.FAMILIES, public_territory=TerritoryLevel.DEPARTMENTS)
NONE = counts()
NOBODY = counts(held(present=0))
ONE = counts(held(present=1), loyalty={1: 1}, types={"COL-COM": 1})
SOME = counts(held(present=9), loyalty={1: 9}, types={"COL-COM": 9})
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
            "Ce webinaire a réuni zéro participation enregistrée.",
            "This webinar gathered no recorded participation.",
        ),
        (
            ONE,
            "Ce webinaire a réuni 1 participation, 1 personne.",
            "This webinar gathered 1 participation, 1 person.",
        ),
        (
            SOME,
            f"Ce webinaire a réuni 9 participations, 9 personnes différentes{NBSP}: collectivités et groupements (9).",
            "This webinar gathered 9 participations, 9 different people: local authorities (9).",
        ),
        (
            MANY,
            (
                f"Ces 2{NBSP}webinaires ont réuni 1\N{NARROW NO-BREAK SPACE}404 participations, 1\N{NARROW NO-BREAK SPACE}200 personnes différentes{NBSP}: "
                "collectivités et groupements (900) et structures de l’ESS (300)."
            ),
            (
                f"These 2{NBSP}webinars gathered 1,404 participations, 1,200 different people: "
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


def test_rates_are_exact(app: Flask) -> None:
    assert counts(held(present=3)).show_rate == Fraction(1)
