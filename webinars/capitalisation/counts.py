"""What each figure means: defined here once, for page, sentence, export and command alike.

By specification/figures, section 3.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from webinars.attendance.pending_lines import NONE, Waiting
from webinars.words import typology


@dataclass(frozen=True)
class SessionCounts:
    """One session that has taken place."""

    session_id: int
    slug: str
    title: str
    day: date
    registrations: int
    present_registered: int
    walk_ins: int
    extra_headcount: int
    is_recorded: bool  # whether anybody said who came

    @property
    def present(self) -> int:
        """Everybody who was there: registered, walk-ins, and people behind a shared connection."""
        return self.present_registered + self.walk_ins + self.extra_headcount

    @property
    def show_rate(self) -> Fraction | None:
        """Registered people present ÷ registrations; walk-ins are left out, so at most 1; None without registrations."""
        return Fraction(self.present_registered, self.registrations) if self.registrations else None


@dataclass(frozen=True)
class CycleCounts:
    """The sessions of a cycle that have taken place, and the people who came."""

    sessions: tuple[SessionCounts, ...]
    loyalty: Mapping[int, int]  # sessions attended → people
    types: Mapping[str, int]  # structure type → different people
    functions: Mapping[str, int]
    departments: Mapping[str, int]
    waiting: Waiting = NONE  # lines of reports that wait for a decision: they count nowhere
    coming: int = field(default=0)  # sessions that have not begun

    @property
    def registrations(self) -> int:
        """Σ registrations."""
        return sum(session.registrations for session in self.sessions)

    @property
    def present_registered(self) -> int:
        """Σ registered people present."""
        return sum(session.present_registered for session in self.sessions)

    @property
    def walk_ins(self) -> int:
        """Σ walk-ins."""
        return sum(session.walk_ins for session in self.sessions)

    @property
    def extra_headcount(self) -> int:
        """Σ people behind a shared connection."""
        return sum(session.extra_headcount for session in self.sessions)

    @property
    def attendances(self) -> int:
        """One person present at one session counts one."""
        return sum(session.present for session in self.sessions)

    @property
    def identified_attendances(self) -> int:
        """Attendances of people we can tell apart."""
        return self.attendances - self.extra_headcount

    @property
    def unique_participants(self) -> int:
        """Different people among identified attendances."""
        return sum(self.loyalty.values())

    @property
    def show_rate(self) -> Fraction | None:
        """Pooled: Σ registered people present ÷ Σ registrations, not the mean of the rates."""
        return Fraction(self.present_registered, self.registrations) if self.registrations else None

    @property
    def mean_attendances(self) -> Fraction | None:
        """Identified attendances ÷ different people; None when nobody came."""
        people = self.unique_participants
        return Fraction(self.identified_attendances, people) if people else None

    @property
    def families(self) -> Mapping[str, int]:
        """Family of structures → different people, in the order of the typology, `NR` last."""
        found: Counter[str] = Counter()
        for code, people in self.types.items():
            found[typology.family_of(code)] += people
        return in_order(found, [*typology.families(), typology.UNKNOWN])

    @property
    def regions(self) -> Mapping[str, int]:
        """Region that follows from the département → different people, `NR` last."""
        found: Counter[str] = Counter()
        for code, people in self.departments.items():
            department = typology.departments().get(code)
            found[department.region if department else typology.UNKNOWN] += people
        return in_order(found, [*typology.regions(), typology.UNKNOWN])

    @property
    def ess_broad(self) -> int:
        """Social economy in the wide sense: the families the typology rolls up. Never shown beside the families."""
        broad = [code for code, family in typology.families().items() if family.is_ess_broad]
        return sum(self.families.get(code, 0) for code in broad)

    @property
    def unrecorded(self) -> tuple[SessionCounts, ...]:
        """Sessions over which nobody has said who came."""
        return tuple(session for session in self.sessions if not session.is_recorded)


def in_order(found: Mapping[str, int], codes: list[str]) -> dict[str, int]:
    """The counts that are not zero, in the order of the codes."""
    return {code: found[code] for code in codes if found.get(code)}
