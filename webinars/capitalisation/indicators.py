"""The lines of statistiques.csv: each figure under its code, with its label, unit and base.

By specification/figures, section 8.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.words.numbers import rounded

Counts = TypeVar("Counts")
IndicatorValue = int | Fraction | None


@dataclass(frozen=True)
class Indicator(Generic[Counts]):
    """One figure of a session or of a cycle."""

    code: str
    label: str
    unit: str
    value: Callable[[Counts], IndicatorValue]
    base: Callable[[Counts], int] | None = None  # what a share is a share of
    is_of_presence: bool = True  # whether participations can be computed from it


OF_SESSIONS: tuple[Indicator[SessionCounts], ...] = (
    Indicator(
        "inscriptions",
        "Inscriptions actives au début",
        "inscriptions",
        lambda one: one.registrations,
        is_of_presence=False,
    ),
    Indicator(
        "presents_inscrits",
        "Inscriptions suivies d’une présence",
        "personnes",
        lambda one: one.present_registered,
        lambda one: one.registrations,
    ),
    Indicator(
        "non_inscrits_presents",
        "Présences sans inscription",
        "personnes",
        lambda one: one.walk_ins,
        lambda one: one.present,
    ),
    Indicator(
        "connexion_partagee",
        "Personnes derrière une connexion partagée",
        "personnes",
        lambda one: one.extra_headcount,
        lambda one: one.present,
    ),
    Indicator("participations", "Participations", "participations", lambda one: one.present),
    Indicator(
        "taux_presence",
        "Inscriptions suivies d’une présence ÷ inscriptions",
        "%",
        lambda one: one.show_rate,
        lambda one: one.registrations,
    ),
)

OF_THE_CYCLE: tuple[Indicator[CycleCounts], ...] = (
    Indicator(
        "inscriptions",
        "Inscriptions actives au début",
        "inscriptions",
        lambda all_: all_.registrations,
        is_of_presence=False,
    ),
    Indicator(
        "presents_inscrits",
        "Inscriptions suivies d’une présence",
        "participations",
        lambda all_: all_.present_registered,
        lambda all_: all_.registrations,
    ),
    Indicator(
        "non_inscrits_presents",
        "Présences sans inscription",
        "participations",
        lambda all_: all_.walk_ins,
        lambda all_: all_.attendances,
    ),
    Indicator(
        "connexion_partagee",
        "Personnes derrière une connexion partagée",
        "participations",
        lambda all_: all_.extra_headcount,
        lambda all_: all_.attendances,
    ),
    Indicator("participations", "Participations cumulées", "participations", lambda all_: all_.attendances),
    Indicator(
        "participations_identifiees",
        "Participations de personnes identifiées",
        "participations",
        lambda all_: all_.identified_attendances,
        lambda all_: all_.attendances,
    ),
    Indicator(
        "personnes_differentes",
        "Personnes présentes au moins une fois",
        "personnes",
        lambda all_: all_.unique_participants,
        is_of_presence=False,
    ),
    Indicator(
        "taux_presence",
        "Inscriptions suivies d’une présence ÷ inscriptions, sur tout le cycle",
        "%",
        lambda all_: all_.show_rate,
        lambda all_: all_.registrations,
    ),
    Indicator(
        "moyenne",
        "Participations identifiées par personne",
        "participations par personne",
        lambda all_: all_.mean_attendances,
        lambda all_: all_.unique_participants,
    ),
)


def written(value: IndicatorValue, unit: str) -> str:
    """A figure as French spreadsheets read it: per cent with one decimal, means with two; empty when there is none."""
    if isinstance(value, Fraction):
        exact = rounded(value * 100, 1) if unit == "%" else rounded(value, 2)
        return str(exact).replace(".", ",")
    return "" if value is None else str(value)
