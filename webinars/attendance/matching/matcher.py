"""Who a line of a report is about: by address, by name, maybe, or nobody known (in this order).

By specification/figures, section 7.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from webinars.attendance.matching.line_kinds import LineKind, kind_of, mask_phones
from webinars.attendance.matching.presences import Presence
from webinars.attendance.matching.roster import Roster
from webinars.attendance.matching.shown_names import ShownName, read_name
from webinars.attendance.matching.similarity import ALIKE
from webinars.attendance.reports.connections import Connection
from webinars.attendance.reports.notices import Notice

_SURE, _APART = 92, 8  # a likeness that decides, and how far the next must be
_MOST_CANDIDATES = 10


class Outcome(StrEnum):
    """What became of a line."""

    TEAM = "team"
    MATCHED = "matched"
    REVIEW = "review"
    UNMATCHED = "unmatched"


class MatchMethod(StrEnum):
    """By what a line was matched, surest first."""

    HAND = "hand"  # by somebody
    EMAIL = "email"
    ALIAS = "alias"
    NAME_EXACT = "name_exact"
    NAME_FUZZY = "name_fuzzy"


class ReviewReason(StrEnum):
    """Why somebody must decide."""

    HOMONYMS = "homonyms"  # several people have that name
    SEVERAL_NAMES = "several_names"  # the name and the one in brackets are of two people
    APPROXIMATE = "approximate"


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """Somebody a line may be about."""

    key: str
    score: int  # likeness, 0 to 100


@dataclass(frozen=True, slots=True)
class Match:
    """A person as the report shows them, and who that is."""

    presence: Presence
    outcome: Outcome
    keys: tuple[str, ...] = ()  # two when the line names two people
    how: MatchMethod | None = None  # of a match
    score: int | None = None  # of a match by likeness
    why: ReviewReason | None = None  # of a review
    candidates: tuple[MatchCandidate, ...] = ()  # of a review, likeliest first
    kind: LineKind | None = None  # of an unmatched line
    notices: tuple[Notice, ...] = ()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All lines of the person."""
        return self.presence.connections

    @property
    def name_to_keep(self) -> str:
        """The name with phone numbers cut to their last two digits."""
        return mask_phones(self.presence.shown_as)


def match(presences: Iterable[Presence], roster: Roster) -> list[Match]:
    """What each presence is concluded to be, in the same order."""
    return [_match(presence, read_name(presence.name), roster) for presence in presences]


def _match(presence: Presence, name: ShownName, roster: Roster) -> Match:
    if roster.is_team(presence.email, name):
        return _beside_the_team(presence, name, roster)
    if (index := roster.with_address(presence.email)) is not None:
        notices = (Notice.EMAIL_NAME_CONFLICT,) if _disagrees(name, index, roster) else ()
        return _matched(presence, roster, [index], MatchMethod.EMAIL, notices=notices)
    if before := _as_before(presence, roster):
        return before
    kind = kind_of(presence.name)
    if kind is not LineKind.SUSPICIOUS:
        found = _by_exact_name(presence, name, roster) or _by_likeness(presence, name, roster)
        if found and not (presence.is_staff and found.outcome is Outcome.REVIEW):
            return found
    if presence.is_staff:
        return Match(presence, Outcome.TEAM)
    return Match(presence, Outcome.UNMATCHED, kind=kind)


def _as_before(presence: Presence, roster: Roster) -> Match | None:
    """What somebody said of such a line at an earlier session."""
    if roster.was_team(presence.email, presence.name):
        return Match(presence, Outcome.TEAM)
    index = roster.decided_before(presence.name)
    return None if index is None else _matched(presence, roster, [index], MatchMethod.ALIAS)


def _beside_the_team(presence: Presence, name: ShownName, roster: Roster) -> Match:
    """The team, unless the line also names somebody else who is registered."""
    joined = {index for part in name.segments if part.is_joined for index in roster.named(part.words)}
    if len(joined) == 1 and not roster.is_team(presence.email, ShownName("", name.whole, (), ())):
        return _matched(presence, roster, joined, MatchMethod.NAME_EXACT)
    return Match(presence, Outcome.TEAM)


def _disagrees(name: ShownName, index: int, roster: Roster) -> bool:
    """Whether the name is plainly somebody else's than the address."""
    named = {other for words in name.candidates for other in roster.named(words)}
    if named or len(name.whole) < 2 or kind_of(name.text) is not LineKind.PERSON:
        return bool(named) and index not in named
    return index not in roster.partly_named(name) and roster.likeness_to(index, name) < ALIKE


def _by_exact_name(presence: Presence, name: ShownName, roster: Roster) -> Match | None:
    if whole := roster.named(name.whole):
        return _one_or_review(presence, name, roster, whole)
    bracket = [set(indexes) for words in name.around_bracket if (indexes := roster.named(words))]
    if bracket:
        both = set.intersection(*bracket)
        why = ReviewReason.HOMONYMS if both else ReviewReason.SEVERAL_NAMES
        return _one_or_review(presence, name, roster, both or set.union(*bracket), why)
    named = [(part, indexes) for part in name.segments if (indexes := roster.named(part.words))]
    people = {index for _, indexes in named for index in indexes}
    if not named or any(len(indexes) > 1 for _, indexes in named):
        return _one_or_review(presence, name, roster, people) if named else None
    has_other = len(people) == 1 and any(part.is_joined for part, _ in named)
    notices = (Notice.EXTRA_PERSON_IN_LINE,) if has_other else ()
    return _matched(presence, roster, people, MatchMethod.NAME_EXACT, notices=notices)


def _one_or_review(
    presence: Presence,
    name: ShownName,
    roster: Roster,
    indexes: Iterable[int],
    why: ReviewReason = ReviewReason.HOMONYMS,
) -> Match:
    indexes = sorted(indexes)
    if len(indexes) == 1:
        return _matched(presence, roster, indexes, MatchMethod.NAME_EXACT)
    return _review(presence, roster, {index: roster.likeness_to(index, name) for index in indexes}, why)


def _by_likeness(presence: Presence, name: ShownName, roster: Roster) -> Match | None:
    alike = roster.alike(name)
    ranked = sorted(alike.items(), key=lambda one: -one[1])
    if ranked:
        (index, best), second = ranked[0], ranked[1][1] if len(ranked) > 1 else 0
        if best >= _SURE and best - second >= _APART and roster.has_two_words(index):
            return replace(_matched(presence, roster, [index], MatchMethod.NAME_FUZZY), score=int(best))
    for index in roster.partly_named(name):
        alike.setdefault(index, roster.likeness_to(index, name))
    return _review(presence, roster, alike, ReviewReason.APPROXIMATE) if alike else None


def _matched(
    presence: Presence,
    roster: Roster,
    indexes: Iterable[int],
    how: MatchMethod,
    *,
    notices: tuple[Notice, ...] = (),
) -> Match:
    keys = tuple(roster.people[index].key for index in sorted(indexes))
    return Match(presence, Outcome.MATCHED, keys=keys, how=how, notices=notices)


def _review(presence: Presence, roster: Roster, scores: dict[int, float], why: ReviewReason) -> Match:
    ranked = sorted(scores.items(), key=lambda one: (-int(one[1]), one[0]))[:_MOST_CANDIDATES]
    candidates = tuple(MatchCandidate(roster.people[index].key, int(score)) for index, score in ranked)
    return Match(presence, Outcome.REVIEW, why=why, candidates=candidates)
