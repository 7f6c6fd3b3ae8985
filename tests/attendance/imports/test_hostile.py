"""Whatever is dropped ends in a reading or in a named refusal."""

import codecs
import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.attendance import demo
from tests.attendance.written_reports import HEADINGS, MORNING, row, table
from webinars.attendance.imports.preview import preview
from webinars.attendance.matching.roster import Roster
from webinars.attendance.reports.errors import ReportRefused
from webinars.attendance.reports.reader import read_report

SAMPLE = demo.content("zoom_meeting_en.csv")
PEOPLE = demo.people("demo-1")
CODES = {
    *(
        "file_empty",
        "file_too_large",
        "format_unsupported",
        "header_not_found",
        "malformed_csv",
        "malformed_json",
    ),
    *("wrong_kind", "date_mismatch", "timezone_suspect", "no_rows"),
}


def end_of(content: bytes) -> str:
    """The code of the refusal, or that the report was read and nobody counted twice."""
    try:
        result = preview(read_report(content, MORNING), MORNING, Roster(PEOPLE, demo.TEAM)).as_json()
    except ReportRefused as refused:
        return refused.code
    counted = [*result["present"], *result["brief"], *result["absent"], *result["absent_unless_review"]]
    assert sorted(counted) == sorted(person.key for person in PEOPLE)
    return "read"


@given(st.binary(max_size=400))
@example(b'"')
@example(b"\xff\xfe\x00")
@example(b"sep=,")
@example(b"sep=\t\n")
@example(b"{" * 2000)
def test_random_bytes(content: bytes) -> None:
    assert end_of(content) in CODES


@given(st.binary(max_size=200))
def test_random_bytes_under_known_headings(content: bytes) -> None:
    assert end_of(",".join(HEADINGS).encode() + b"\r\n" + content) in CODES | {"read"}


@given(st.data())
@settings(max_examples=300)
def test_a_report_cut_swapped_and_spoiled(data: st.DataObject) -> None:
    content = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 80)))
        content[start:end] = data.draw(
            st.sampled_from([b"", b'"', b",", b"\r\n", b"\x00", b"\xe9", content[start:end] * 2])
        )

    assert end_of(bytes(content)) in CODES | {"read"}


@pytest.mark.parametrize("size", range(0, len(SAMPLE), 7))
def test_a_report_cut_anywhere(size: int) -> None:
    assert end_of(SAMPLE[:size]) in {"file_empty", "header_not_found", "no_rows", "read"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_encoding_and_separator_do_not_change_the_people(encoding: str, sign: str) -> None:
    text = table([row("Élodie Lefèvre-Martin"), row("Zoé, Müller"), row("Noël; Guérin | Ù")], delimiter=sign)
    report = read_report(text.encode(encoding), MORNING)

    assert [one.name for one in report.connections] == [
        "Élodie Lefèvre-Martin",
        "Zoé, Müller",
        "Noël; Guérin | Ù",
    ]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=20)


@given(st.lists(CELL, min_size=1, max_size=8, unique=True), st.sampled_from([",", ";", "\t", "|"]))
def test_any_names_are_read_back(shown: list[str], sign: str) -> None:
    kept = []
    with contextlib.suppress(ReportRefused):
        text = table([row(f"A{name}") for name in shown], delimiter=sign)
        kept = [one.seconds for one in read_report(codecs.BOM_UTF8 + text.encode(), MORNING).connections]

    assert kept == [3600] * len(shown)


@pytest.mark.parametrize(
    "cell",
    [
        "a" * 10_000,
        "1" * 10_000,
        "1:" * 5000,
        "(" * 10_000,
        "- " * 5000,
        " et " * 2500,
        "a" + "\u0301" * 9999,
    ],
)
def test_an_endless_cell_is_read_quickly(cell: str) -> None:
    assert end_of(table([row("Ada"), (cell,) * 6]).encode()) in {"read", "no_rows"}
