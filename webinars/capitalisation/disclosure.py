"""What of a cycle's figures may be public: nobody is recognised, by subtraction neither.

By specification/figures, section 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from webinars.accounts.models import Organisation, StructureLevel, TerritoryLevel
from webinars.capitalisation.counts import CycleCounts
from webinars.capitalisation.small_cells import SMALLEST, Breakdown, for_the_team, to_publish

WIDTH = 3  # so far apart stay the least and the most that a hidden figure could be


@dataclass(frozen=True)
class Disclosure:
    """The figures that are shown: to the public, or all of them to the team."""

    families: Breakdown | None  # None: another level is public
    types: Breakdown | None
    functions: Breakdown
    departments: Breakdown | None
    regions: Breakdown | None
    loyalty: Mapping[int, int]  # empty when it is withheld
    has_participations: bool  # whether participations stand beside different people

    @property
    def structures(self) -> Breakdown:
        """Families, or the types where these are what is shown."""
        return self.families or self.types or Breakdown(())


def of_the_team(counts: CycleCounts) -> Disclosure:
    """Every figure."""
    return Disclosure(
        families=for_the_team(counts.families),
        types=for_the_team(counts.types),
        functions=for_the_team(counts.functions),
        departments=for_the_team(counts.departments),
        regions=for_the_team(counts.regions),
        loyalty=counts.loyalty,
        has_participations=True,
    )


def of_the_public(counts: CycleCounts, organisation: Organisation) -> Disclosure:
    """Small categories grouped, of each nested pair the level the organisation chose, loyalty whole or not at all."""
    by_family = organisation.public_structures is StructureLevel.FAMILIES
    by_department = organisation.public_territory is TerritoryLevel.DEPARTMENTS
    return Disclosure(
        families=to_publish(counts.families) if by_family else None,
        types=None if by_family else to_publish(counts.types),
        functions=to_publish(counts.functions),
        departments=to_publish(counts.departments) if by_department else None,
        regions=None if by_department else to_publish(counts.regions),
        loyalty=counts.loyalty if _is_loyalty_public(counts) else {},
        has_participations=_may_stand_side_by_side(counts),
    )


def _is_loyalty_public(counts: CycleCounts) -> bool:
    return all(people >= SMALLEST for people in counts.loyalty.values() if people)


def _may_stand_side_by_side(counts: CycleCounts) -> bool:
    """Whether participations and different people may both be public, when loyalty is not.

    Of n sessions, participations less people (Σ (k - 1) Lₖ) bound how many came to all of them; n times the people
    less participations (Σ (n - k) Lₖ) how many came once. Where either is small, so is what could have been.
    """
    sessions, people = len(counts.sessions), counts.unique_participants
    if sessions < 2 or _is_loyalty_public(counts):
        return True
    repeats = counts.identified_attendances - people
    gaps = sessions * people - counts.identified_attendances
    return sessions > 2 and min(repeats, gaps) >= WIDTH * (sessions - 1)
