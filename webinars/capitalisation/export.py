"""The two files of a cycle: statistiques.csv and participants.csv (specification/figures, section 8)."""

from collections.abc import Callable, Iterable, Iterator

from webinars.capitalisation.cells import csv_lines, csv_parts
from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.disclosure import Disclosure
from webinars.capitalisation.indicators import OF_SESSIONS, OF_THE_CYCLE, Counts, Indicator, written
from webinars.capitalisation.queries import participants
from webinars.capitalisation.small_cells import Breakdown
from webinars.cycles.models import Cycle
from webinars.registration.identity import EXPORTED, NAMES
from webinars.words import typology

STATISTICS = ("cycle", "portee", "indicateur", "modalite", "libelle", "valeur", "unite", "base", "regroupe")
PARTICIPANTS = (
    "webinaire",
    "identifiant",
    *(one.export for one in reversed(NAMES)),
    "courriel",
    *(one.export for one in EXPORTED),
    "statut_inscription",
    "presence",
    "minutes",
    "rapprochement",
)
FigureRow = tuple[object, ...]


def statistics_csv(cycle: Cycle, counts: CycleCounts, shown: Disclosure) -> Iterator[str]:
    """The figures of the cycle that are shown, one a line."""
    return csv_lines(STATISTICS, _statistics(cycle.slug, counts, shown))


def participants_csv(cycle_id: int) -> Iterator[str]:
    """Every person at every session; for organisers only. Asked for while it is sent, so by an id alone."""
    return csv_parts(PARTICIPANTS, participants(cycle_id))


def _statistics(slug: str, counts: CycleCounts, shown: Disclosure) -> Iterator[FigureRow]:
    for session in counts.sessions:
        yield from _rows(slug, f"webinaire:{session.slug}", session, _shown(OF_SESSIONS, shown))
    yield from _rows(slug, "cycle", counts, _shown(OF_THE_CYCLE, shown))
    for times, people in sorted(shown.loyalty.items()):
        label = f"Personnes présentes à exactement {times} webinaire{'s' if times > 1 else ''}"
        yield (slug, "cycle", "fidelite", times, label, people, "personnes", counts.unique_participants, 0)
    for name, breakdown, label_of in _breakdowns(shown):
        for one in breakdown.cells:
            label = typology.family_label(typology.GROUPED) if one.is_group else label_of(one.code)
            base, is_group = breakdown.total, int(one.is_group)
            yield (slug, "cycle", name, one.code, label, one.people, "personnes", base, is_group)


def _rows(
    slug: str, scope: str, counts: Counts, indicators: Iterable[Indicator[Counts]]
) -> Iterator[FigureRow]:
    for one in indicators:
        value = written(one.value(counts), one.unit)
        base = one.base(counts) if one.base else ""
        yield (slug, scope, one.code, "", one.label, value, one.unit, base, 0)


def _shown(indicators: tuple[Indicator[Counts], ...], shown: Disclosure) -> Iterator[Indicator[Counts]]:
    return (one for one in indicators if shown.has_participations or not one.is_of_presence)


def _breakdowns(shown: Disclosure) -> Iterator[tuple[str, Breakdown, Callable[[str], str]]]:
    of_every_level = (
        ("famille", shown.families, typology.family_label),
        ("type_structure", shown.types, typology.type_label),
        ("fonction", shown.functions, typology.function_label),
        ("departement", shown.departments, typology.department_label),
        ("region", shown.regions, typology.region_label),
    )
    return ((name, found, label_of) for name, found, label_of in of_every_level if found is not None)
