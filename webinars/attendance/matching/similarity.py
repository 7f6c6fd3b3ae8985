"""How alike two names are: the better of sorted words and of letters without spaces, from 0 to 100."""

from collections.abc import Iterable, Sequence

from webinars.attendance.matching.letter_index import LetterIndex
from webinars.attendance.matching.shown_names import Words

ALIKE = 75  # from here on a name is worth showing
_FEW = 100  # people; from there on it pays to look at letters first
_SHORTEST = 3  # letters; below, everything looks alike


class NameSimilarity:
    """Compares names with those of the people, by their place."""

    def __init__(self, names: Sequence[tuple[Words, Words]]) -> None:
        forms = [(*_forms(first + last), "".join(last + first)) for first, last in names]
        self._sorted, self._letters, self._turned = (
            map(list, zip(*forms, strict=True)) if forms else ([], [], [])
        )
        self._index = LetterIndex(self._letters)
        self._found: dict[Words, dict[int, float]] = {}  # many lines end in the same structure's name

    def among(self, candidates: Iterable[Words]) -> dict[int, float]:
        """Everybody at least `ALIKE` to one of the candidates."""
        best: dict[int, float] = {}
        for words in candidates:
            if words not in self._found:
                self._found[words] = self._among(*_forms(words))
            for index, score in self._found[words].items():
                best[index] = max(score, best.get(index, 0))
        return best

    def to(self, index: int, candidates: Iterable[Words]) -> float:
        """The likeness to one person of the most alike candidate."""
        scores = (self._compare(*_forms(words), [index], cutoff=0).get(index, 0) for words in candidates)
        return max(scores, default=0)

    def _among(self, in_order: str, letters: str) -> dict[int, float]:
        if len(letters) < _SHORTEST:
            return {}
        if len(self._letters) <= _FEW:
            return self._compare(in_order, letters, range(len(self._letters)), cutoff=ALIKE)
        # three quarters alike: at least 3/8 of both lengths in common; spaces are no letters and may help
        indexes = self._index.sharing(letters, eighths=3, less=2 * (len(in_order) - len(letters)))
        return self._compare(in_order, letters, list(indexes), cutoff=ALIKE)

    def _compare(
        self, in_order: str, letters: str, indexes: Sequence[int], *, cutoff: int
    ) -> dict[int, float]:
        from rapidfuzz import fuzz, process  # loaded where a report is matched: 2 MB

        best: dict[int, float] = {}
        for query, names in ((in_order, self._sorted), (letters, self._letters), (letters, self._turned)):
            some = [names[index] for index in indexes]
            for _, score, at in process.extract(
                query, some, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
            ):
                best[indexes[at]] = max(score, best.get(indexes[at], 0))
        return best


def _forms(words: Words) -> tuple[str, str]:
    return " ".join(sorted(words)), "".join(words)
