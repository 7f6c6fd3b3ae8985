"""The two files of a cycle: statistiques.csv and participants.csv (domain, section 8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from webinars import typology
from webinars.attendance.models import Conclusion
from webinars.capitalisation.cells import csv_lines
from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.grouping import for_the_team, to_publish
from webinars.capitalisation.indicators import OF_SESSIONS, OF_THE_CYCLE, Counts, Indicator, written
from webinars.capitalisation.queries import ParticipantRow, participants
from webinars.cycles.models import Cycle

STATISTICS = ("cycle", "portee", "indicateur", "modalite", "libelle", "valeur", "unite", "base", "regroupe")
PARTICIPANTS = (
    "webinaire",
    "identifiant",
    "nom",
    "prenom",
    "courriel",
    "structure",
    "type_structure",
    "fonction",
    "departement",
    "statut_inscription",
    "presence",
    "minutes",
    "rapprochement",
)
Row = tuple[object, ...]


def statistics_csv(cycle: Cycle, counts: CycleCounts, *, for_team: bool) -> Iterator[str]:
    """Every figure of the cycle, one a line; small cells are grouped unless the team asks."""
    return csv_lines(STATISTICS, _statistics(cycle.slug, counts, for_team))


def participants_csv(cycle_id: int) -> Iterator[str]:
    """Every person at every session; for organisers only. Asked for while it is sent, so by an id alone."""
    return csv_lines(PARTICIPANTS, (_participant(row) for row in participants(cycle_id)))


def _statistics(slug: str, counts: CycleCounts, for_team: bool) -> Iterator[Row]:
    for session in counts.sessions:
        yield from _lines(slug, f"webinaire:{session.slug}", session, OF_SESSIONS)
    yield from _lines(slug, "cycle", counts, OF_THE_CYCLE)
    for times, people in sorted(counts.loyalty.items()):
        label = f"Personnes présentes à exactement {times} webinaire{'s' if times > 1 else ''}"
        yield (slug, "cycle", "fidelite", times, label, people, "personnes", counts.unique_participants, 0)
    for name, found, label_of in _breakdowns(counts):
        breakdown = for_the_team(found) if for_team else to_publish(found)
        for one in breakdown.cells:
            label = typology.family_label(typology.GROUPED) if one.is_group else label_of(one.code)
            base, is_group = breakdown.total, int(one.is_group)
            yield (slug, "cycle", name, one.code, label, one.people, "personnes", base, is_group)


def _lines(slug: str, scope: str, counts: Counts, indicators: Iterable[Indicator[Counts]]) -> Iterator[Row]:
    for one in indicators:
        value = written(one.value(counts), one.unit)
        base = one.base(counts) if one.base else ""
        yield (slug, scope, one.code, "", one.label, value, one.unit, base, 0)


def _breakdowns(counts: CycleCounts) -> tuple[tuple[str, Mapping[str, int], Callable[[str], str]], ...]:
    return (
        ("famille", counts.families, typology.family_label),
        ("type_structure", counts.types, typology.type_label),
        ("fonction", counts.functions, typology.function_label),
        ("departement", counts.departments, typology.department_label),
        ("region", counts.regions, typology.region_label),
    )


def _participant(row: ParticipantRow) -> Row:
    minutes = "" if row.seconds is None else row.seconds // 60
    conclusion = "" if row.conclusion == Conclusion.UNKNOWN else row.conclusion
    return (
        row.session,
        row.public_id,
        row.last_name,
        row.first_name,
        row.email,
        row.structure,
        row.structure_type,
        row.function,
        row.department,
        row.status,
        conclusion,
        minutes,
        row.match,
    )
