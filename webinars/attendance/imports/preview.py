"""What importing a report would record: who was there, who must be decided, who was not."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webinars.attendance.conclusion import PersonConclusion
from webinars.attendance.imports.decisions import Decisions, KeptDecision
from webinars.attendance.matching.matcher import Match, MatchMethod, Outcome, match
from webinars.attendance.matching.presences import gather
from webinars.attendance.matching.roster import KnownPerson, Roster
from webinars.attendance.models import Conclusion, Decision, EvidenceKind
from webinars.attendance.reports.connections import Connection, Occasion, ReadReport
from webinars.attendance.reports.presence import Threshold, seconds_present, whole_minutes

DEFAULT_THRESHOLD = Threshold()


@dataclass(frozen=True, slots=True)
class AttendedPerson:
    """A known person who was there."""

    person: KnownPerson
    seconds: int | None  # inside the window; None when the report does not say
    says: Conclusion  # the report alone: present, or brief
    holds: Conclusion  # once it is imported: a word by hand wins, another report adds to it
    how: MatchMethod
    connections: tuple[Connection, ...]
    is_by_hand: bool = False

    @property
    def is_present(self) -> bool:
        """Whether they will count as present."""
        return self.holds is Conclusion.PRESENT

    @property
    def is_overruled(self) -> bool:
        """Whether somebody has said otherwise by hand."""
        return self.is_by_hand and self.holds is not self.says

    def settled(self, then: PersonConclusion) -> "AttendedPerson":
        """The same with what will be concluded of them."""
        if then.how is EvidenceKind.HAND:
            return replace(self, holds=then.conclusion, is_by_hand=True)
        return replace(self, holds=then.conclusion, seconds=then.seconds)


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole result of reading and matching a report; nothing is recorded yet."""

    report: ReadReport
    occasion: Occasion
    matches: Sequence[Match]
    attended: Sequence[AttendedPerson]  # in the order of the people
    absent: Sequence[KnownPerson]
    absent_unless_review: Sequence[KnownPerson]
    decisions: Decisions = field(default_factory=dict)  # of before an import of the same file was undone
    added: int = 0  # people beyond those of the session, by these decisions

    def of(self, outcome: Outcome) -> list[Match]:
        """The lines of that outcome that nobody has decided before, in the order of the file."""
        return [one for one in self.matches if one.outcome == outcome and self.decision_of(one) is None]

    def decision_of(self, one: Match) -> KeptDecision | None:
        """What somebody said of the line before."""
        return self.decisions.get(one.presence.lines[0])

    @property
    def decided(self) -> list[tuple[Match, KeptDecision]]:
        """The lines somebody decided before, each with what it is."""
        return [(one, said) for one in self.matches if (said := self.decision_of(one))]

    @property
    def notices(self) -> list[str]:
        """The codes of everything noticed, in alphabetical order."""
        return sorted({*self.report.notices, *(notice for one in self.matches for notice in one.notices)})

    def settled(self, then: Mapping[str, PersonConclusion]) -> "Preview":
        """The same with what will be concluded of each person, by their key; nothing of whom a line to decide may be."""
        missing = [*self.absent, *self.absent_unless_review]
        return replace(
            self,
            attended=[one.settled(then[one.person.key]) for one in self.attended],
            absent=[
                person
                for person in missing
                if person.key in then and then[person.key].conclusion is Conclusion.ABSENT
            ],
            absent_unless_review=[person for person in missing if person.key not in then],
        )

    def as_json(self, name_of: Callable[[str], str] = str) -> dict[str, Any]:
        """The result for a program, minutes rounded down, people by the names it knows them by."""
        return {
            "tool": self.report.tool,
            "encoding": self.report.encoding,
            "delimiter": self.report.delimiter,
            **self._people_as_json(name_of),
            **self._lines_as_json(name_of),
            "absent": [name_of(person.key) for person in self.absent],
            "absent_unless_review": [name_of(person.key) for person in self.absent_unless_review],
            "warnings": self.notices,
        }

    def _people_as_json(self, name_of: Callable[[str], str]) -> dict[str, Any]:
        present = [one for one in self.attended if one.is_present]

        def told(attended: Iterable[AttendedPerson]) -> dict[str, Any]:
            return {
                name_of(one.person.key): {"minutes": whole_minutes(one.seconds), "match": one.how}
                for one in attended
            }

        return {
            "present": told(one for one in present if one.person.is_active),
            "brief": told(one for one in self.attended if one.holds is Conclusion.BRIEF),
            "cancelled_but_present": told(
                one for one in present if not (one.person.is_active or one.person.is_waiting)
            ),
            "waiting_but_present": told(one for one in present if one.person.is_waiting),
            "said_by_hand": {name_of(one.person.key): one.holds for one in self.attended if one.is_overruled},
        }

    def _lines_as_json(self, name_of: Callable[[str], str]) -> dict[str, Any]:
        return {
            "review": [
                {
                    "name": one.presence.shown_as,
                    "why": one.why,
                    "candidates": [name_of(candidate.key) for candidate in one.candidates],
                    "minutes": self.minutes(one),
                }
                for one in self.of(Outcome.REVIEW)
            ],
            "unmatched": [
                {"name": one.presence.shown_as, "kind": one.kind, "minutes": self.minutes(one)}
                for one in self.of(Outcome.UNMATCHED)
            ],
            "staff": [one.presence.shown_as for one in self.of(Outcome.TEAM)],
            "decided_before": [one.presence.shown_as for one, _said in self.decided],
        }

    def minutes(self, one: Match) -> int | None:
        """The whole minutes of a line inside the window."""
        return whole_minutes(seconds_present(one.connections, self.occasion))


def preview(
    report: ReadReport,
    occasion: Occasion,
    roster: Roster,
    *,
    threshold: Threshold = DEFAULT_THRESHOLD,
    decisions: Decisions | None = None,
) -> Preview:
    """The report matched with the people: each of them at most once, whatever the number of their lines."""
    matches = match(gather(report.connections), roster)
    return previewed(report, matches, occasion, roster.people, threshold, decisions=decisions or {})


def previewed(
    report: ReadReport,
    matches: Sequence[Match],
    occasion: Occasion,
    people: Sequence[KnownPerson],
    threshold: Threshold,
    *,
    decisions: Decisions,
) -> Preview:
    """The same of a report that is matched already, of which some lines were decided before."""
    as_decided = [_as_decided(one, decisions.get(one.presence.lines[0])) for one in matches]
    attended = _attended(as_decided, occasion, people, threshold)
    seen = {one.person.key for one in attended}
    maybe = {candidate.key for one in as_decided for candidate in one.candidates}
    missing = [person for person in people if person.is_active and person.key not in seen]
    found = Preview(
        report=report,
        occasion=occasion,
        matches=matches,
        attended=attended,
        absent=[person for person in missing if person.key not in maybe],
        absent_unless_review=[person for person in missing if person.key in maybe],
        decisions=decisions,
    )
    listed = {person.key for person in people}
    return replace(found, added=sum(_added(*one, found, listed, threshold) for one in found.decided))


def _as_decided(one: Match, said: KeptDecision | None) -> Match:
    if said is None:
        return one
    keys = tuple(str(person) for person in said.people)
    return replace(one, outcome=Outcome.MATCHED, keys=keys, how=MatchMethod.HAND, candidates=())


def _added(
    one: Match, said: KeptDecision, seen: Preview, listed: Collection[str], threshold: Threshold
) -> int:
    """How many people that line adds to those of the session: heads, or whoever stayed long enough."""
    if said.decision is Decision.HEADCOUNT:
        return said.heads
    if not threshold.is_reached(seconds_present(one.connections, seen.occasion), seen.occasion):
        return 0
    if said.decision is Decision.WALK_IN and not said.people:
        return 1
    return sum(str(person) not in listed for person in said.people)


def _attended(
    matches: Sequence[Match], occasion: Occasion, people: Sequence[KnownPerson], threshold: Threshold
) -> list[AttendedPerson]:
    by_key: dict[str, list[Match]] = defaultdict(list)
    for one in matches:
        for key in one.keys:
            by_key[key].append(one)
    return [
        _conclude(person, by_key[person.key], occasion, threshold)
        for person in people
        if person.key in by_key
    ]


def _conclude(
    person: KnownPerson, matches: Sequence[Match], occasion: Occasion, threshold: Threshold
) -> AttendedPerson:
    connections = tuple(connection for one in matches for connection in one.connections)
    seconds = seconds_present(connections, occasion)
    surest = min((one.how for one in matches if one.how), key=list(MatchMethod).index)
    says = Conclusion.PRESENT if threshold.is_reached(seconds, occasion) else Conclusion.BRIEF
    return AttendedPerson(person, seconds, says, says, surest, connections)
