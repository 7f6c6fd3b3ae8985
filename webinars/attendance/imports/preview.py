"""What importing a report would record: who was there, who must be decided, who was not."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webinars.attendance.matching.matcher import How, Match, Outcome, match
from webinars.attendance.matching.presences import gather
from webinars.attendance.matching.roster import KnownPerson, Roster
from webinars.attendance.reports.connections import Connection, Occasion, ReadReport
from webinars.attendance.reports.presence import Threshold, seconds_present, whole_minutes

DEFAULT_THRESHOLD = Threshold()


@dataclass(frozen=True, slots=True)
class Attended:
    """A known person who was there."""

    person: KnownPerson
    seconds: int | None  # inside the window; None when the report does not say
    is_present: bool  # long enough; else brief
    how: How
    connections: tuple[Connection, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The whole result of reading and matching a report; nothing is recorded yet."""

    report: ReadReport
    occasion: Occasion
    matches: Sequence[Match]
    attended: Sequence[Attended]  # in the order of the people
    absent: Sequence[KnownPerson]
    absent_unless_review: Sequence[KnownPerson]

    def of(self, outcome: Outcome) -> list[Match]:
        """The lines of that outcome, in the order of the file."""
        return [one for one in self.matches if one.outcome == outcome]

    @property
    def notices(self) -> list[str]:
        """The codes of everything noticed, in alphabetical order."""
        return sorted({*self.report.notices, *(notice for one in self.matches for notice in one.notices)})

    def as_json(self) -> dict[str, Any]:
        """The result for a program, minutes rounded down."""
        return {
            "tool": self.report.tool,
            "encoding": self.report.encoding,
            "delimiter": self.report.delimiter,
            "present": self._attended(is_present=True, is_active=True),
            "brief": self._attended(is_present=False),
            "cancelled_but_present": self._attended(is_present=True, is_active=False),
            "review": [
                {
                    "name": one.presence.shown_as,
                    "why": one.why,
                    "candidates": [candidate.key for candidate in one.candidates],
                    "minutes": self.minutes(one),
                }
                for one in self.of(Outcome.REVIEW)
            ],
            "unmatched": [
                {"name": one.presence.shown_as, "kind": one.kind, "minutes": self.minutes(one)}
                for one in self.of(Outcome.UNMATCHED)
            ],
            "staff": [one.presence.shown_as for one in self.of(Outcome.TEAM)],
            "absent": [person.key for person in self.absent],
            "absent_unless_review": [person.key for person in self.absent_unless_review],
            "warnings": self.notices,
        }

    def minutes(self, one: Match) -> int | None:
        """The whole minutes of a line inside the window."""
        return whole_minutes(seconds_present(one.connections, self.occasion))

    def _attended(self, *, is_present: bool, is_active: bool | None = None) -> dict[str, Any]:
        return {
            one.person.key: {"minutes": whole_minutes(one.seconds), "match": one.how}
            for one in self.attended
            if one.is_present == is_present and is_active in (None, one.person.is_active)
        }


def preview(
    report: ReadReport, occasion: Occasion, roster: Roster, *, threshold: Threshold = DEFAULT_THRESHOLD
) -> Preview:
    """The report matched with the people: each of them at most once, whatever the number of their lines."""
    return previewed(report, match(gather(report.connections), roster), occasion, roster.people, threshold)


def previewed(
    report: ReadReport,
    matches: Sequence[Match],
    occasion: Occasion,
    people: Sequence[KnownPerson],
    threshold: Threshold,
) -> Preview:
    """The same of a report that is matched already."""
    attended = _attended(matches, occasion, people, threshold)
    seen = {one.person.key for one in attended}
    maybe = {candidate.key for one in matches for candidate in one.candidates}
    missing = [person for person in people if person.is_active and person.key not in seen]
    return Preview(
        report=report,
        occasion=occasion,
        matches=matches,
        attended=attended,
        absent=[person for person in missing if person.key not in maybe],
        absent_unless_review=[person for person in missing if person.key in maybe],
    )


def _attended(
    matches: Sequence[Match], occasion: Occasion, people: Sequence[KnownPerson], threshold: Threshold
) -> list[Attended]:
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
) -> Attended:
    connections = tuple(connection for one in matches for connection in one.connections)
    seconds = seconds_present(connections, occasion)
    surest = min((one.how for one in matches if one.how), key=list(How).index)
    return Attended(person, seconds, threshold.is_reached(seconds, occasion), surest, connections)
