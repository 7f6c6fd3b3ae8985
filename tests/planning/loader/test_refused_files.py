"""A file of cycles that cannot be used is refused with its place, and never slowly."""

import json
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from config import ROOT
from tests.processor import LINEAR, cost, growth
from webinars.planning.loader.cycle_file import read_cycle_file
from webinars.planning.loader.strict_json import FileRefused, read_json

FILE = ROOT / "webinars/demonstration/data/cycle.json"


def one_cycle(**facts: Any) -> bytes:
    return json.dumps({"cycles": [{"id": "c", "title_as_published": "T", **facts}]}).encode()


WEBINAR: dict[str, Any] = {
    "id": "w",
    "title_as_published": "A",
    "date": "2020-11-17",
    "start": "10:00",
    "end": "11:30",
}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"{", "not JSON: look at line 1, column 2"),
        (b"\xff\xfe{", "UTF-8"),
        (b"[]", "The file: an object in braces"),
        (b"{}", "holds no cycle"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"cycles": "none"}', "cycles: a list in square brackets"),
        (b'{"cycles": [1]}', "cycles[1]: an object in braces"),
        (b'{"a": 1, "a": 2}', "“a” comes twice"),
        (b'{"cycles": [NaN]}', "“NaN” is no JSON value"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long"),
        (b" " * 200_001, "200 kB at most"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "“” comes twice"),
        (
            one_cycle(title_as_published="x" * 801),
            "title_as_published – Shorten this text: 200 signs at most, 801 now",
        ),
        (one_cycle(title_as_published="e" + "\u0301" * 31), "title_as_published – Take accents away"),
        (
            one_cycle(webinars=[WEBINAR | {"programme": ["a", "e" + "\u0315\u0327" * 20]}]),
            "cycles[1].webinars[1].programme[2] – Take accents away",
        ),
        (one_cycle(title_as_published=7), "cycles[1].title_as_published: text in quotes"),
        (one_cycle(title_as_published=""), "must not be empty"),
        (one_cycle(title_as_published="x" * 201), "shorten this text to 200"),
        (
            one_cycle(webinars=[WEBINAR | {"date": "2020-02-30"}]),
            "cycles[1].webinars[1].date: write it as 2020-11-17",
        ),
        (one_cycle(webinars=[WEBINAR | {"start": "25:00"}]), "webinars[1].start: write it as 10:00"),
        (one_cycle(webinars=[WEBINAR | {"end": "09:00"}]), "webinars[1].end – choose an end after 10:00"),
        (
            one_cycle(webinars=[WEBINAR | {"date": "2020-03-28", "start": "22:00", "end": "02:30"}]),
            "webinars[1].end – this hour does not exist",
        ),
        (one_cycle(webinars=[WEBINAR | {"weekday": "lundi"}]), "that day is a Tuesday"),
        (
            one_cycle(webinars=[WEBINAR | {"date": "2020-03-29", "start": "02:30"}]),
            "this hour does not exist",
        ),
        (one_cycle(webinars=[WEBINAR, WEBINAR]), "The id “w” comes twice"),
        (one_cycle(webinars=[WEBINAR | {"programme": ["a", 1]}]), "programme[2]: text in quotes"),
        (b'{"timezone": "../../etc/passwd", "cycles": []}', "timezone – write a time zone"),
        (b"null", "The file: an object in braces"),
        (b'{"a": 1e400, "cycles": [{}]}', "cycles[1].title_as_published: text in quotes"),
        (b'{"cycles": {"id": "c"}}', "cycles: a list in square brackets"),
        (b'{"cycles": [' + b"0," * 200 + b"0]}", "cycles: 200 entries at most"),
        (b'{"cycles": [null]}', "cycles[1]: an object in braces"),
        (one_cycle(id=None), "cycles[1].id: text in quotes"),
        (one_cycle(webinars=[[]]), "cycles[1].webinars[1]: an object in braces"),
        (one_cycle(webinars=[WEBINAR | {"date": 2020}]), "cycles[1].webinars[1].date: text in quotes"),
        (
            one_cycle(webinars=[WEBINAR | {"speakers": ["Ada"]}]),
            "webinars[1].speakers[1]: an object in braces",
        ),
        (one_cycle(webinars=[WEBINAR | {"speakers": [{"name": True}]}]), "speakers[1].name: text in quotes"),
        (one_cycle(webinars=[WEBINAR | {"programme": "a"}]), "programme: a list in square brackets"),
        (one_cycle(webinars=[WEBINAR | {"programme": ["a", None]}]), "programme[2]: text in quotes"),
        (one_cycle(organisers=[{"short": "V"}]), "cycles[1].organisers[1].name: text in quotes"),
        (one_cycle(capitalisation_as_published=[]), "capitalisation_as_published: an object in braces"),
        (one_cycle(capitalisation_as_published={"sentence": {}}), "published.sentence: text in quotes"),
        (b'{"standalone": [{"id": "s"}]}', "standalone[1].subject_as_published: text in quotes"),
        (
            b'{"standalone": [{"id": "s", "subject_as_published": ""}]}',
            "subject_as_published: this text must",
        ),
        (
            json.dumps(
                {
                    "standalone": [
                        WEBINAR | {"title": "T", "date": "2020-03-29", "end": "02:30", "start": "01:00"}
                    ]
                }
            ).encode(),
            "standalone[1].end – this hour does not exist",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(app: Flask, content: bytes, words: str) -> None:
    with force_locale("en"), pytest.raises(FileRefused) as refused:
        read_cycle_file(content)

    assert words in str(refused.value)


@pytest.mark.parametrize("weekday", ["mardi", "Mardi", "tuesday", "Tuesday", ""])
def test_the_weekday_of_a_day_is_known_in_each_language(app: Flask, weekday: str) -> None:
    [session] = read_cycle_file(one_cycle(webinars=[WEBINAR | {"weekday": weekday}])).cycles[0].sessions

    assert str(session.day) == "2020-11-17"


def test_a_name_that_means_nothing_is_told_from_every_level(app: Flask) -> None:
    content = one_cycle(
        source_id="other",
        capitalisation_as_published={"_schema": [], "note": 1},
        organisers=[{"name": "V", "a.b": None}],
        webinars=[WEBINAR | {"speakers": [{"name": "Ada", "": 1}], "day": "2020-11-18", "x_note": ""}],
    )

    read = read_cycle_file(content)

    assert read.ignored == ("", "_schema", "a.b", "day", "source_id")
    assert (read.cycles[0].source_id, str(read.cycles[0].sessions[0].day)) == ("c", "2020-11-17")


def test_null_is_the_same_as_missing(app: Flask) -> None:
    without = one_cycle(webinars=[{"id": "w", "title_as_published": "A"}])
    nulls = dict.fromkeys(("date", "start", "end", "weekday", "programme", "speakers", "short_title"))
    more = dict.fromkeys(("theme_as_published", "organiser", "organisers", "capitalisation_as_published"))

    assert read_cycle_file(without) == read_cycle_file(
        one_cycle(webinars=[{"id": "w", "title_as_published": "A"} | nulls], **more)
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=9,
)


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | VALUES.map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_are_read_as_they_are_or_refused_in_a_sentence(content: bytes) -> None:
    found = read_or_refusal(content)

    if isinstance(found, FileRefused):
        assert str(found).endswith(".")
    else:
        assert found == json.loads(content)


def read_or_refusal(content: bytes) -> Any:
    try:
        return read_json(content)
    except FileRefused as refusal:
        return refusal


@pytest.mark.processor
@pytest.mark.parametrize(
    ("beginning", "each", "end"),
    [
        ("{", '"{}": 1, ', '"twice": 1, "twice": 2}'),
        ("", '\\"', ""),
        ('"', '\\"', ""),
        ('"', '\\"', "\\"),
        ('{"cycles": [', '{{"{}": 1}}, ', "{}]}"),
        ("[", "[", "]"),
        ("", '"', ""),
        ("", "1, ", ""),
        ('{"cycles": [{"id": "', "x", '", "title_as_published": "T"}]}'),
        ('{"cycles": [', "0, ", "0]}"),
    ],
)
def test_ten_times_the_file_costs_about_ten_times_the_processor(beginning: str, each: str, end: str) -> None:
    def content(length: int) -> bytes:
        return (beginning + "".join(map(each.format, range(length // len(each)))) + end).encode()[:199_000]

    def read(content: bytes) -> None:
        with suppress(FileRefused):
            read_cycle_file(content)

    assert growth(read, content(11_000), content(110_000)) <= LINEAR
    assert cost(read, content(110_000)) < 1
