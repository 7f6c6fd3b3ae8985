"""Nobody is recognised by subtraction: what is hidden cannot be solved for from all that is public."""

import csv
import io
import random  # noqa: TID251 — the same cycles at each run
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from webinars.accounts.models import Organisation, StructureLevel, TerritoryLevel
from webinars.capitalisation.cells import BOM
from webinars.capitalisation.counts import CycleCounts, SessionCounts
from webinars.capitalisation.disclosure import WIDTH, Disclosure, of_the_public, of_the_team
from webinars.capitalisation.export import statistics_csv
from webinars.capitalisation.sentence import sentence
from webinars.capitalisation.small_cells import SMALLEST, to_publish
from webinars.cycles.models import Cycle
from webinars.words import typology

CYCLE = Cycle(slug="c")
FAMILIES = [*typology.families(), typology.UNKNOWN]
TYPES = [*typology.structure_types(), typology.UNKNOWN]
REGIONS = [*typology.regions(), typology.UNKNOWN]
DEPARTMENTS = [*typology.departments(), typology.UNKNOWN]
CODES = {"famille": FAMILIES, "type_structure": TYPES, "region": REGIONS, "departement": DEPARTMENTS}


def house(structures: StructureLevel, territory: TerritoryLevel) -> Organisation:
    return Organisation(public_structures=structures, public_territory=territory)


HOUSES = [house(structures, territory) for structures in StructureLevel for territory in TerritoryLevel]
DEFAULT = HOUSES[0]


def random_cycle(number: int) -> CycleCounts:
    """A cycle of one to eight sessions and up to sixty people, most of few kinds, some of rare ones."""
    draw = random.Random(number)
    sessions = draw.randint(1, 8)
    faithful = draw.choice([0.05, 0.2, 0.5, 0.9])
    kinds, places = draw.sample(TYPES, draw.randint(1, 12)), draw.sample(DEPARTMENTS, draw.randint(1, 9))
    types: Counter[str] = Counter()
    departments: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    loyalty: Counter[int] = Counter()
    present = [0] * sessions
    for _person in range(draw.randint(0, 60)):
        first = draw.randrange(sessions)
        came = {at for at in range(sessions) if at == first or draw.random() < faithful}
        for at in came:
            present[at] += 1
        loyalty[len(came)] += 1
        types[kinds[min(draw.randrange(12), draw.randrange(12)) % len(kinds)]] += 1
        departments[draw.choice(places)] += 1
        functions[draw.choice(["ELU", "DIR", "AGT", typology.UNKNOWN])] += 1
    held = []
    for at, people in enumerate(present):
        walk_ins = draw.randint(0, min(2, people))
        held.append(
            SessionCounts(
                at, f"s{at}", "T", date(2026, 1, 1) + timedelta(days=at), people + 3, people - walk_ins, walk_ins,
                draw.choice([0, 0, 3]), is_recorded=True,
            )
        )  # fmt: skip
    return CycleCounts(tuple(held), dict(loyalty), dict(types), dict(functions), dict(departments))


Name = tuple[str, object]


@dataclass
class Equations:
    """What somebody with all public numbers knows: sums of hidden numbers, none of which is negative."""

    sums: list[tuple[dict[Name, int], int]] = field(default_factory=list)

    def add(self, parts: Iterable[Name], total: int, weights: Iterable[int] | None = None) -> None:
        names = list(parts)
        weighed = zip(names, weights or [1] * len(names), strict=True)
        self.sums.append(({name: weight for name, weight in weighed if weight}, total))

    def bounds(self, most: int) -> dict[Name, tuple[int, int]]:
        """The least and the most each number can be, narrowed sum by sum until nothing moves."""
        found = {name: (0, most) for parts, _total in self.sums for name in parts}
        has_moved = True
        while has_moved:
            before = dict(found)
            for parts, total in self.sums:
                ends = {name: sorted(weight * end for end in found[name]) for name, weight in parts.items()}
                low, high = (sum(end[side] for end in ends.values()) for side in (0, 1))
                for name, weight in parts.items():
                    least, largest = total - (high - ends[name][1]), total - (low - ends[name][0])
                    if weight < 0:
                        least, largest = -largest, -least
                    size = abs(weight)
                    now = found[name]
                    found[name] = (max(now[0], -(-least // size)), min(now[1], largest // size))
            has_moved = found != before
        return found


def region_of(code: str) -> str:
    department = typology.departments().get(code)
    return department.region if department else typology.UNKNOWN


def known(counts: CycleCounts, shown: Disclosure) -> Equations:
    """Every equation that the file and the sentence give."""
    text = "".join(statistics_csv(CYCLE, counts, shown)).removeprefix(BOM)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    of_cycle = {
        row["indicateur"]: row["valeur"] for row in rows if row["portee"] == "cycle" and not row["modalite"]
    }
    found = Equations()
    people = int(of_cycle["personnes_differentes"])
    for name, codes in CODES.items():
        lines = {row["modalite"]: int(row["valeur"]) for row in rows if row["indicateur"] == name}
        grouped = lines.pop(typology.GROUPED, None)
        found.add(((name, code) for code in codes), people)
        for code, value in lines.items():
            found.add([(name, code)], value)
        if grouped is not None:
            found.add(((name, code) for code in codes if code not in lines), grouped)
    for family in FAMILIES:
        of_family = [("type_structure", code) for code in TYPES if typology.family_of(code) == family]
        found.add([*of_family, ("famille", family)], 0, [1] * len(of_family) + [-1])
    for region in REGIONS:
        inside = [("departement", code) for code in DEPARTMENTS if region_of(code) == region]
        found.add([*inside, ("region", region)], 0, [1] * len(inside) + [-1])
    _add_loyalty(found, counts, rows, of_cycle, people)
    return found


def _add_loyalty(
    found: Equations,
    counts: CycleCounts,
    rows: list[dict[str, str]],
    of_cycle: Mapping[str, str],
    people: int,
) -> None:
    times = range(1, len(counts.sessions) + 1)
    found.add((("fidelite", n) for n in times), people)
    for row in rows:
        if row["indicateur"] == "fidelite":
            found.add([("fidelite", int(row["modalite"]))], int(row["valeur"]))
    # by any of the ways there are to them
    identified = of_cycle.get("participations_identifiees")
    if identified is None and "participations" in of_cycle:
        identified = str(int(of_cycle["participations"]) - int(of_cycle["connexion_partagee"]))
    if identified is not None:
        total = int(identified)
        found.add((("fidelite", n) for n in times), total, list(times))
        found.add((("fidelite", n) for n in times), total - people, [n - 1 for n in times])
        found.add(
            (("fidelite", n) for n in times), len(times) * people - total, [len(times) - n for n in times]
        )


def given_away(counts: CycleCounts, shown: Disclosure) -> list[tuple[Name, int]]:
    """Numbers of one to four people that the public could find, or nearly."""
    truth: dict[Name, int] = {}
    for name, found in (
        ("famille", counts.families),
        ("type_structure", counts.types),
        ("departement", counts.departments),
        ("region", counts.regions),
        ("fidelite", counts.loyalty if len(counts.sessions) > 1 else {}),  # of one session it is the people
    ):
        truth |= {(name, code): people for code, people in found.items()}
    everybody = counts.unique_participants
    bounds = known(counts, shown).bounds(everybody)
    return [
        (name, people)
        for name, people in truth.items()
        if 0 < people < SMALLEST and bounds[name][1] - bounds[name][0] < min(WIDTH, everybody)
    ]


@pytest.mark.parametrize(
    "house", HOUSES, ids=lambda house: f"{house.public_structures} {house.public_territory}"
)
def test_no_hidden_number_can_be_solved_for(house: Organisation) -> None:
    solved = {
        number: found
        for number in range(100)
        if (found := given_away(counts := random_cycle(number), of_the_public(counts, house)))
    }

    assert solved == {}


@pytest.mark.full
@pytest.mark.parametrize(
    "house", HOUSES, ids=lambda house: f"{house.public_structures} {house.public_territory}"
)
def test_no_hidden_number_of_a_thousand_cycles_can_be_solved_for(house: Organisation) -> None:
    solved = [
        number
        for number in range(250, 1250)
        if given_away(counts := random_cycle(number), of_the_public(counts, house))
    ]

    assert solved == []


def test_without_grouping_the_solver_finds_them() -> None:
    solved = [
        number for number in range(100) if given_away(counts := random_cycle(number), of_the_team(counts))
    ]

    assert len(solved) > 80


@pytest.mark.parametrize("hidden", ["types", "regions", "loyalty", "participations"])
def test_each_rule_is_needed(hidden: str) -> None:
    def without_one_rule(counts: CycleCounts) -> Disclosure:
        shown = of_the_public(counts, DEFAULT)
        if hidden == "types":
            return replace(shown, types=to_publish(counts.types))
        if hidden == "regions":
            return replace(shown, regions=to_publish(counts.regions))
        if hidden == "loyalty":
            return replace(shown, loyalty=counts.loyalty, has_participations=True)
        return replace(shown, has_participations=True)

    assert any(given_away(counts := random_cycle(number), without_one_rule(counts)) for number in range(250))


def test_the_sentence_says_no_more_than_the_file(app: Flask) -> None:
    for number in range(100):
        counts = random_cycle(number)
        shown = of_the_public(counts, DEFAULT)
        with force_locale("en"):
            words = sentence(counts, "webinar", shown)

        if not shown.has_participations:
            assert "participation" not in words


def test_the_worked_example_of_a_family_and_its_types() -> None:
    types = {"COL-COM": 5, "COL-DEP": 1, "ESS-COO": 4, "ESS-SIA": 4}
    counts = CycleCounts(
        (SessionCounts(1, "s", "T", date(2026, 1, 1), 14, 14, 0, 0, is_recorded=True),),
        {1: 14},
        types,
        {},
        {},
    )

    by_family, by_type = (of_the_public(counts, house) for house in (HOUSES[0], HOUSES[2]))

    assert by_family.families is not None
    assert [(cell.code, cell.people) for cell in by_family.families.cells] == [("ESS", 8), ("COL", 6)]
    assert by_family.types is None
    assert by_type.families is None
    assert by_type.types is not None
    assert [(cell.code, cell.people) for cell in by_type.types.cells] == [("COL-COM", 5), ("GRP", 9)]


@pytest.mark.parametrize(
    ("loyalty", "shown"),
    [({1: 9, 2: 5}, {1: 9, 2: 5}), ({1: 9, 2: 4}, {}), ({1: 4, 3: 12}, {}), ({3: 5}, {3: 5})],
)
def test_loyalty_is_public_whole_or_not_at_all(loyalty: dict[int, int], shown: dict[int, int]) -> None:
    assert dict(of_the_public(CycleCounts((), loyalty, {}, {}, {}), DEFAULT).loyalty) == shown
