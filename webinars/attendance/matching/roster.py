"""The people and the team of a session, found by address, by name, by a part of a name, by likeness."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from webinars.attendance.matching.shown_names import ShownName, Words, clean_name, name_key
from webinars.attendance.matching.similarity import NameSimilarity
from webinars.words.addresses import address_key
from webinars.words.folding import name_words

_LONGEST_SURNAME = 6  # words


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody registered for the session, who waits for a seat, or who was until they withdrew."""

    key: str
    first_name: str
    last_name: str
    email: str
    is_active: bool = True
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who runs the session and is never counted."""

    name: str
    email: str = ""


class Roster:
    """Finds people by name or address; says their index in `people`, in that order."""

    def __init__(
        self,
        people: Sequence[KnownPerson],
        team: Iterable[TeamMember] = (),
        aliases: Mapping[str, str | None] | None = None,
    ) -> None:
        self.people = people
        self._team = _Team(team)
        self._names = _NameIndex([(name_words(one.first_name), name_words(one.last_name)) for one in people])
        indexes = {person.key: index for index, person in enumerate(people)}
        decided = (aliases or {}).items()
        self._aliases = {said: indexes[key] for said, key in decided if key in indexes}
        self._team_before = {said for said, key in decided if key is None}
        # of two registrations of one address the active one counts
        by_activity = sorted(range(len(people)), key=lambda index: people[index].is_active)
        self._addresses = {
            address_key(people[index].email): index for index in by_activity if people[index].email
        }

    def is_team(self, email: str, name: ShownName) -> bool:
        """Whether the address or the name is one of the declared team."""
        return self._team.has_address(email) or self._team.has_name(name)

    def was_team(self, email: str, name: str) -> bool:
        """Whether somebody said so of the address or the name, at an earlier session."""
        return email in self._team_before or name_key(name) in self._team_before

    def with_address(self, email: str) -> int | None:
        """The index of the person with that address; None when nobody has it."""
        return self._addresses.get(email) if email else None

    def decided_before(self, name: str) -> int | None:
        """Who somebody said this name is, at an earlier session."""
        return self._aliases.get(name_key(name))

    def has_two_words(self, index: int) -> bool:
        """Whether the person's name is long enough to be told from others by likeness."""
        return len(self._names.words(index)) >= 2

    def named(self, words: Words) -> list[int]:
        """Who has exactly this name of at least two words, in any order, spaces or not."""
        return self._names.exact(words)

    def partly_named(self, name: ShownName) -> set[int]:
        """Whose surname is there, or first name and initial, or a first name nobody else has."""
        return {index for words in name.candidates for index in self._names.partial(words)}

    def alike(self, name: ShownName) -> dict[int, float]:
        """Who has a similar name, with the likeness from 75 to 100."""
        return self._names.likeness.among(name.candidates)

    def likeness_to(self, index: int, name: ShownName) -> float:
        """How similar the name is to that person's."""
        return self._names.likeness.to(index, name.candidates)


class _NameIndex:
    def __init__(self, names: Sequence[tuple[Words, Words]]) -> None:
        self.likeness = NameSimilarity(names)
        self._names = names
        self._by_words: dict[str, list[int]] = defaultdict(list)
        self._by_letters: dict[str, list[int]] = defaultdict(list)
        self._by_surname: dict[Words, list[int]] = defaultdict(list)
        self._by_first_name: dict[Words, list[int]] = defaultdict(list)
        for index, (first, last) in enumerate(names):
            self._by_words[" ".join(sorted(first + last))].append(index)
            for letters in {"".join(first + last), "".join(last + first)}:
                self._by_letters[letters].append(index)
            if last:
                self._by_surname[last].append(index)
            self._by_first_name[first].append(index)

    def words(self, index: int) -> Words:
        first, last = self._names[index]
        return first + last

    def exact(self, words: Words) -> list[int]:
        if len(words) < 2:
            return []
        same_words = self._by_words.get(" ".join(sorted(words)), ())
        return sorted({*same_words, *self._by_letters.get("".join(words), ())})

    def partial(self, words: Words) -> Iterator[int]:
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_SURNAME, len(words)) + 1):
                yield from self._by_surname.get(words[start:end], ())
        lone = self._by_first_name.get(words, ()) if words else ()
        if len(lone) == 1:
            yield from lone
        for first, initial in ((words[:-1], words[-1:]), (words[1:], words[:1])):
            if first and len(initial[0]) == 1:
                yield from (p for p in self._by_first_name.get(first, ()) if self._begins(p, initial[0]))

    def _begins(self, index: int, initial: str) -> bool:
        return any(word.startswith(initial) for word in self._names[index][1])


class _Team:
    def __init__(self, members: Iterable[TeamMember]) -> None:
        members = list(members)
        self._addresses = {address_key(member.email) for member in members if member.email}
        words = [name_words(clean_name(member.name)) for member in members]
        self._names = {" ".join(sorted(one)) for one in words if one}
        self._letters = {"".join(one) for one in words if len(one) >= 2}

    def has_address(self, email: str) -> bool:
        return email in self._addresses

    def has_name(self, name: ShownName) -> bool:
        if " ".join(sorted(name.whole)) in self._names:
            return True
        return any(
            len(words) >= 2 and (" ".join(sorted(words)) in self._names or "".join(words) in self._letters)
            for words in name.candidates
        )
