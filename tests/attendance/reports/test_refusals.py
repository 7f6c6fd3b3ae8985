"""A report that cannot be read is refused with a code, and with what a program may use."""

import tracemalloc
import zlib

import pytest

from tests.attendance import demo
from tests.attendance.written_reports import MORNING, read, refusal, row, table
from webinars.attendance.reports.connections import Answers
from webinars.attendance.reports.errors import NoRows, ReportRefused
from webinars.attendance.reports.reader import read_report

TWO_HOURS_EARLY = table(
    [row(f"Ada {number}", join="2024-03-12 08:00:00", leave="2024-03-12 09:20:00") for number in range(5)]
)


@pytest.mark.parametrize("content", [b"", b"  \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 40])
def test_an_empty_file(content: bytes) -> None:
    assert refusal(content) == {"error": "file_empty"}


def test_a_file_of_more_than_20_megabytes() -> None:
    assert refusal(b"x" * (20 * 1024 * 1024 + 1)) == {"error": "file_too_large", "limit": "bytes"}


def test_more_than_100_000_lines() -> None:
    text = table([row("Ada")]) + "Ada,,,,,\r\n" * 100_000

    assert refusal(text) == {"error": "file_too_large", "limit": "rows"}


def test_more_than_100_columns() -> None:
    text = table([row("Ada"), ("x",) * 101])

    assert refusal(text) == {"error": "file_too_large", "limit": "columns", "line": 3}


def test_a_cell_of_more_than_10_000_characters() -> None:
    text = table([row("Ada"), row("A" * 10_001)])

    assert refusal(text) == {"error": "file_too_large", "limit": "cell", "line": 3}


@pytest.mark.parametrize(
    ("line", "limit", "at"),
    [
        ("," * 4_000_000, "columns", 3),
        ('"",' * 1_500_000, "columns", 3),
        ("A" * 4_000_000, "cell", 3),
        ('"\n",' + '"",' * 600_000 + '"\n",' + '"",' * 600_000, "columns", 3),
        ("Ada,,,,,\r\n" + ";" * 4_000_000, "cell", 4),
    ],
    ids=["empty cells", "quoted cells", "one cell", "cells over several lines", "another separator"],
)
def test_a_row_longer_than_any_may_be_is_not_taken_apart(line: str, limit: str, at: int) -> None:
    text = table([row("Ada")]) + line
    tracemalloc.start()
    try:
        refused = refusal(text)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refused == {"error": "file_too_large", "limit": limit, "line": at}
    assert most < 10 * len(text)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"GIF89a\x01", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "XLS"),
        (b"PK\x03\x04\x14\x00xl/workbook.xml", "XLSX"),
        (b"PK\x03\x04\x14\x00word/document.xml", "ZIP"),
        (b"\x1f\x8b\x08" + zlib.compress(b"x"), "GZIP"),
        (b'{"users": {"w_1": {"name": "Ada"}}}', "JSON"),
        (b'[{"name": "Ada"}]', "JSON"),
    ],
)
def test_a_file_of_another_kind(content: bytes, kind: str) -> None:
    assert refusal(content) == {"error": "format_unsupported", "kind": kind}


@pytest.mark.parametrize(
    ("content", "line"), [(b'{"users": {\n"w_1": {', 2), (b"[" * 100_000, 1), (b'[{"a": 1},\n\n}', 3)]
)
def test_damaged_json(content: bytes, line: int) -> None:
    assert refusal(content) == {"error": "malformed_json", "line": line}


@pytest.mark.parametrize(
    "text", ["Ada Lovelace\nBela Bartók\n", "a;b;c\n1;2;3\n", "Name,Organisation\nAda,Ville\n"]
)
def test_no_line_of_known_headings(text: str) -> None:
    assert refusal(text) == {"error": "header_not_found"}


def test_a_quotation_mark_that_is_never_closed() -> None:
    text = table([row("Ada"), row("Bela")]) + '"Cleo,,2024-03-12 10:00:00\r\nDora,,\r\n'

    assert refusal(text) == {"error": "malformed_csv", "line": 4}


def test_a_quotation_mark_that_swallows_a_megabyte() -> None:
    text = table([]) + '"Ada' + "x,\r\n" * 300_000

    assert refusal(text) == {"error": "malformed_csv", "line": 2}


@pytest.mark.parametrize("file", ["registrations.csv", "framaforms_demo2.tsv"])
def test_a_list_of_registrations(file: str) -> None:
    assert refusal(demo.content(file)) == {"error": "wrong_kind"}


def test_the_registrations_that_zoom_exports() -> None:
    text = "Registration Report\r\nFirst Name,Last Name,Email,Registration Time,Approval Status\r\nAda,L,a@b.fr,,approved\r\n"

    assert refusal(text) == {"error": "wrong_kind"}


def test_headings_without_rows() -> None:
    assert refusal(table([])) == {"error": "no_rows"}


def test_a_report_in_which_everybody_stayed_in_the_waiting_room_has_no_rows() -> None:
    assert refusal(table([row("Ada", waiting="Yes")])) == {"error": "no_rows"}


def test_headings_without_rows_once_confirmed() -> None:
    assert list(read(table([]), answers=Answers(nobody_came=True)).connections) == []


def test_a_report_of_another_day() -> None:
    text = table([row("Ada", join="2024-03-13 10:00:00"), row("Bela", join="2024-03-14 10:00:00")])

    assert refusal(text) == {"error": "date_mismatch", "joined_on": "2024-03-13"}


def test_times_that_fit_after_a_shift_of_whole_hours() -> None:
    assert refusal(TWO_HOURS_EARLY) == {"error": "timezone_suspect", "shift": 2}


def test_times_are_moved_once_somebody_has_said_so() -> None:
    moved = read(TWO_HOURS_EARLY, answers=Answers(shift_hours=2)).connections

    assert {one.joined_at for one in moved} == {MORNING.starts_at}


def test_times_are_kept_once_somebody_has_said_so() -> None:
    kept = read(TWO_HOURS_EARLY, answers=Answers(shift_hours=0)).connections

    assert len({one.joined_at for one in kept} | {MORNING.starts_at}) == 2


def test_people_who_stay_long_after_the_end_do_not_make_the_zone_suspect() -> None:
    text = table([row("Ada", join="2024-03-12 10:00:00", leave="2024-03-12 15:00:00")])

    assert len(read(text).connections) == 1


def test_every_refusal_has_a_sentence() -> None:
    sentences = []
    yesterday = table([row("Ada", join="2024-03-11 10:00:00", leave="2024-03-11 11:00:00")]).encode()
    for content in (
        b"",
        b"%PDF-",
        b"a,b\n1,2",
        table([]).encode(),
        TWO_HOURS_EARLY.encode(),
        b'{"',
        yesterday,
    ):
        with pytest.raises(ReportRefused) as caught:
            read_report(content, MORNING)
        sentences.append(str(caught.value))

    assert [sentence.split()[0] for sentence in sentences] == [
        "This",
        "Files",
        "No",
        "This",
        "The",
        "This",
        "The",
    ]


def test_nothing_else_than_a_confirmation_lets_an_empty_report_pass() -> None:
    with pytest.raises(NoRows):
        read(table([]), answers=Answers(shift_hours=1))
