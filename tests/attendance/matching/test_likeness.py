"""Names are compared only with those that may be alike, and none is missed."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from webinars.attendance.matching.similarity import ALIKE, NameSimilarity
from webinars.words.folding import name_words

WORDS = st.text("abcdeé' -", min_size=1, max_size=9)


@given(
    st.lists(st.tuples(WORDS, WORDS), max_size=8),
    st.lists(WORDS, min_size=1, max_size=3),
    st.sampled_from(([], [("Xyz", "Xyz")] * 200)),
)
def test_names_that_are_not_compared_are_not_alike(
    people: list[tuple[str, str]], words: list[str], others: list[tuple[str, str]]
) -> None:
    names = [(name_words(first), name_words(last)) for first, last in [*people, *others]]
    candidate = name_words(" ".join(words))
    letters, in_order = "".join(candidate), " ".join(sorted(candidate))
    scores = {
        place: max(
            fuzz.ratio(in_order, " ".join(sorted(first + last))),
            fuzz.ratio(letters, "".join(first + last)),
            fuzz.ratio(letters, "".join(last + first)),
        )
        for place, (first, last) in enumerate(names)
    }
    alike = {place: score for place, score in scores.items() if score >= ALIKE and len(letters) >= 3}

    assert NameSimilarity(names).among([candidate]) == alike
