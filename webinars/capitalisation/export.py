"""The two files of a cycle: statistiques.csv and participants.csv (domain, section 8)."""

from collections.abc import Iterator
from fractions import Fraction

from webinars import typology
from webinars.attendance.models import Conclusion
from webinars.capitalisation.cells import csv_lines
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.capitalisation.grouping import Breakdown, for_the_team, to_publish
from webinars.capitalisation.queries import ParticipantRow, participants
from webinars.cycles.models import Cycle
from webinars.numbers import rounded

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
    rows = (cycle.slug, counts, for_team)
    return csv_lines(STATISTICS, _statistics(*rows))


def participants_csv(cycle: Cycle) -> Iterator[str]:
    """Every person at every session; for organisers only."""
    return csv_lines(PARTICIPANTS, (_participant(row) for row in participants(cycle)))


def _statistics(slug: str, counts: CycleCounts, for_team: bool) -> Iterator[Row]:
    for session in counts.sessions:
        scope = f"webinaire:{session.slug}"
        for line in _session_lines(session):
            yield (slug, scope, *line, 0)
    for line in _cycle_lines(counts):
        yield (slug, "cycle", *line, 0)
    for times, people in sorted(counts.loyalty.items()):
        label = f"Personnes présentes à exactement {times} webinaire{'s' if times > 1 else ''}"
        yield (slug, "cycle", "fidelite", times, label, people, "personnes", counts.unique_participants, 0)
    for name, found, label_of in (
        ("famille", counts.families, typology.family_label),
        ("type_structure", counts.types, typology.type_label),
        ("fonction", counts.functions, typology.function_label),
        ("departement", counts.departments, typology.department_label),
        ("region", counts.regions, region_label),
    ):
        breakdown = for_the_team(found) if for_team else to_publish(found)
        for one in breakdown.cells:
            label = typology.family_label(typology.GROUPED) if one.is_group else label_of(one.code)
            yield (
                slug,
                "cycle",
                name,
                one.code,
                label,
                one.people,
                "personnes",
                breakdown.total,
                int(one.is_group),
            )


def _session_lines(session: SessionCounts) -> Iterator[Row]:
    yield ("inscriptions", "", "Inscriptions actives au début", session.registrations, "inscriptions", "")
    yield (
        "presents_inscrits",
        "",
        "Inscrits présents",
        session.present_registered,
        "personnes",
        session.registrations,
    )
    yield (
        "non_inscrits_presents",
        "",
        "Présents sans inscription",
        session.walk_ins,
        "personnes",
        session.present,
    )
    yield (
        "connexion_partagee",
        "",
        "Personnes derrière une connexion partagée",
        session.extra_headcount,
        "personnes",
        session.present,
    )
    yield ("participations", "", "Participations", session.present, "participations", "")
    yield (
        "taux_presence",
        "",
        "Inscrits présents ÷ inscriptions",
        percent(session.show_rate),
        "%",
        session.registrations,
    )


def _cycle_lines(counts: CycleCounts) -> Iterator[Row]:
    people, attendances = counts.unique_participants, counts.attendances
    yield ("inscriptions", "", "Inscriptions actives au début", counts.registrations, "inscriptions", "")
    yield (
        "presents_inscrits",
        "",
        "Inscrits présents",
        counts.present_registered,
        "participations",
        counts.registrations,
    )
    yield (
        "non_inscrits_presents",
        "",
        "Présents sans inscription",
        counts.walk_ins,
        "participations",
        attendances,
    )
    yield (
        "connexion_partagee",
        "",
        "Personnes derrière une connexion partagée",
        counts.extra_headcount,
        "participations",
        attendances,
    )
    yield ("participations", "", "Participations cumulées", attendances, "participations", "")
    yield (
        "participations_identifiees",
        "",
        "Participations de personnes identifiées",
        counts.identified_attendances,
        "participations",
        attendances,
    )
    yield ("personnes_differentes", "", "Personnes présentes au moins une fois", people, "personnes", "")
    yield (
        "taux_presence",
        "",
        "Inscrits présents ÷ inscriptions, sur tout le cycle",
        percent(counts.show_rate),
        "%",
        counts.registrations,
    )
    mean = (
        "" if counts.mean_attendances is None else str(rounded(counts.mean_attendances, 2)).replace(".", ",")
    )
    yield (
        "moyenne",
        "",
        "Participations identifiées par personne",
        mean,
        "participations par personne",
        people,
    )


def percent(rate: Fraction | None) -> str:
    """A rate in per cent with one decimal and a comma, as French spreadsheets read it; empty when there is none."""
    return "" if rate is None else str(rounded(rate * 100, 1)).replace(".", ",")


def region_label(code: str) -> str:
    """The name of a region; « non renseigné » for a missing answer."""
    return typology.regions().get(code, typology.department_label(""))


def breakdown_of(counts: CycleCounts, *, for_team: bool) -> Breakdown:
    """The families, as the team or the public may see them."""
    return for_the_team(counts.families) if for_team else to_publish(counts.families)


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
