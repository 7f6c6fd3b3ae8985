"""How alike two names are: the better of sorted words and of letters without spaces, from 0 to 100."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from webinars.attendance.names import Words

ALIKE = 75  # from here on a name is worth showing
_SHORTEST = 3  # letters; below, everything looks alike


class Likeness:
    """Compares names with those of the people, by their place."""

    def __init__(self, names: Sequence[tuple[Words, Words]]) -> None:
        self._sorted = [" ".join(sorted(first + last)) for first, last in names]
        self._letters = ["".join(first + last) for first, last in names]
        self._turned = ["".join(last + first) for first, last in names]

    def among(self, candidates: Iterable[Words]) -> dict[int, float]:
        """Everybody at least `ALIKE` to one of the candidates."""
        best: dict[int, float] = {}
        for words in candidates:
            letters = "".join(words)
            if len(letters) < _SHORTEST:
                continue
            for query, names in self._comparisons(words, letters):
                for _, score, place in process.extract(
                    query, names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None, processor=None
                ):
                    best[place] = max(score, best.get(place, 0))
        return best

    def to(self, place: int, candidates: Iterable[Words]) -> float:
        """The likeness to one person of the most alike candidate."""
        return max(
            (
                fuzz.ratio(query, names[place])
                for words in candidates
                for query, names in self._comparisons(words, "".join(words))
            ),
            default=0,
        )

    def _comparisons(self, words: Words, letters: str) -> tuple[tuple[str, list[str]], ...]:
        return (" ".join(sorted(words)), self._sorted), (letters, self._letters), (letters, self._turned)
