"""Every pattern takes linear time: ten times the text costs no more than some ten times the processor."""

import time
from typing import Any

import pytest

from tests.patterns.collection import Found, in_javascript, inline_patterns, patterns

FILLERS = (
    " ", "\t", "\n", "\r\n", "(", "()", "<", ">", '"', "\\", "=?", "=", "[", "](", "_a_", "a", "0", "-", ".", ":", ";",
    "a;", "@", "a@", "@a.", ",", "/", "&", "{", "{a", "%", "*", "+", "|", "ＡＢ", "e\u0301", "boundary = ", "<a href=",
    ":mailto:", "ORGANIZER;", "1 h ", "5.1.1 ",
)  # fmt: skip
NOTICED = 0.1  # seconds of processor; what is quicker is no danger and cannot be compared
BOUND = 15


def seconds(found: Found, text: Any) -> float:
    """What the pattern takes to go over a text in every way there is."""
    began = time.process_time()
    found.pattern.sub(text[:0], text)
    found.pattern.fullmatch(text)
    return time.process_time() - began


def grows(found: Found, part: Any, whole: Any) -> bool:
    """Whether the whole takes far longer than it is longer; memory may make it seem so, once or twice."""
    most, least = (min(seconds(found, one) for _time in range(3)) for one in (whole, part))
    return most > BOUND * least


def slow(found: Found, short: int, long: int) -> list[str]:
    """Fillers over which the pattern takes far longer than they are longer."""
    is_text = isinstance(found.pattern.pattern, str)
    slow = []
    for filler in FILLERS:
        whole = filler * (long // len(filler)) + "\x00"
        text: Any = whole if is_text else whole.encode()
        part = text[: short * len(text) // long]
        if seconds(found, text) > NOTICED and all(grows(found, part, text) for _time in range(3)):
            slow.append(repr(filler))
    return slow


@pytest.mark.processor
@pytest.mark.parametrize("found", patterns(), ids=lambda found: found.place)
def test_a_pattern_is_linear_over_ten_thousand_characters(found: Found) -> None:
    if used_on_the_whole(found):
        return
    assert slow(found, 1_000, 10_000) == []


@pytest.mark.full
@pytest.mark.processor
@pytest.mark.parametrize("found", patterns(), ids=lambda found: found.place)
def test_a_pattern_is_linear_over_a_million_characters(found: Found) -> None:
    if used_on_the_whole(found):
        return
    assert slow(found, 100_000, 1_000_000) == []


def used_on_the_whole(found: Found) -> bool:
    """Whether the product never searches with it: then searching says nothing of it."""
    return bool(found.methods) and found.methods <= {"match", "fullmatch"}


def test_every_pattern_is_found_with_its_use() -> None:
    places = {found.place: found.methods for found in patterns()}

    assert len(places) > 80
    assert places["webinars.capitalisation.cells._NUMBER"] == {"fullmatch"}
    assert places["webinars.capitalisation.cells._OPENS_CELL"] == {"sub"}
    assert inline_patterns() == []


def test_what_is_used_on_the_whole_is_judged_on_the_whole() -> None:
    by_place = {found.place: found for found in patterns()}

    assert in_javascript(by_place["webinars.capitalisation.cells._NUMBER"]) == (
        "^(?:-?[0-9]+(?:[.,][0-9]+)?)$",
        "",
    )
