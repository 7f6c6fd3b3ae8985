"""What a report may cost: memory once, whatever is sent at once; marks are cut and the rest is read."""

import json
import subprocess
import sys
import threading
from contextlib import suppress

import pytest
from flask import Flask

from config import ROOT
from tests.attendance.written_reports import names, read, refusal, row, table
from tests.processor import LINEAR, cost, growth
from webinars.attendance.reports import reader
from webinars.attendance.reports.errors import AnotherIsRead, FormatUnsupported, MalformedJson, ReportRefused
from webinars.attendance.reports.notices import Notice
from webinars.words.text import normal

RUN = "\u0315\u0327" * 2000


def test_marks_beyond_thirty_are_cut_and_the_line_is_named() -> None:
    report = read(table([row("Ada Lovelace"), row(f"Zoé{RUN} Martin"), row("Léa Petit")]))

    assert [len(one.name) for one in report.connections] == [12, len("Zoé Martin") + 30, 9]
    assert report.connections[1].name.endswith(" Martin")
    assert report.notices == {Notice.ACCENTS_CUT: (3,)}


def test_a_name_of_marks_alone_is_read() -> None:
    assert names(table([row("Ada Lovelace"), row(RUN), row("\u0301")])) == [
        "Ada Lovelace",
        normal("NFC", RUN[:30]),
        "\u0301",
    ]


@pytest.mark.processor
@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("signs", ["\u0315\u0327", "\u0f73", "\ufdfa", "e\u0301", "\u1100\u1161\u11a8", "("])
def test_cells_of_ten_times_the_signs_cost_about_ten_times_the_processor(place: int, signs: str) -> None:
    def report(length: int) -> str:
        cells = [list(row("Ada Lovelace")) for _line in range(20)]
        for line in cells:
            line[place] = (signs * length)[:length]
        return table([row("Zoé Martin"), *cells])

    assert growth(read, report(900), report(9_000)) <= LINEAR
    assert cost(read, report(9_000)) < 1.5


def test_json_of_very_many_values_is_not_looked_through() -> None:
    some = json.dumps([{}] * 1000)

    with pytest.raises(FormatUnsupported):
        read(some)
    with pytest.raises(MalformedJson):
        read(some[:-1])
    with pytest.raises(FormatUnsupported):
        read(json.dumps([{}] * 300_000)[:-1])


def test_one_large_report_is_read_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PATIENCE", 0.05)
    large = table([row(f"Ada Lovelace {number}") for number in range(20_000)])
    small = table([row("Ada Lovelace")])

    with reader._large_lock:
        with pytest.raises(AnotherIsRead, match="dans une minute"):
            read(large)
        assert names(small) == ["Ada Lovelace"]
    assert len(read(large).connections) == 20_000


def test_a_large_report_that_is_refused_gives_the_next_its_turn() -> None:
    for _time in range(2):
        with pytest.raises(FormatUnsupported):
            read(json.dumps([{}] * 500_000))


def test_a_large_report_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    large = table([row(f"Ada Lovelace {number}") for number in range(20_000)])
    reader._large_lock.acquire()
    waiting = threading.Timer(0.2, reader._large_lock.release)
    waiting.start()

    assert len(read(large).connections) == 20_000
    waiting.join()


FOUR_AT_ONCE = """
import resource, sys, threading
from tests.attendance.written_reports import MORNING
from webinars.attendance.reports.errors import ReportRefused
from webinars.attendance.reports.reader import read_report

size = 20 * 1024 * 1024
def made(beginning, each, end):
    return beginning + each * ((size - 200) // len(each)) + end
content = {
    "objects": made(b"[", b"{},", b"{}]"),
    "lists": made(b"[", b"[],", b"[]]"),
    "numbers": made(b"[", b"1000,", b"1]"),
    "texts": made(b"[", b'"ab",', b"1]"),
    "cells": made(b"Name,Email,Join Time,Leave Time\\r\\n", b"ab," * 69 + b"\\r\\n", b""),
    "row": made(b"Name,Email,Join Time,Leave Time\\r\\n", b",", b""),
}[sys.argv[1]]

def read():
    try:
        read_report(content, MORNING)
    except ReportRefused:
        pass

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before = used()
threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(used() - before)
"""


@pytest.mark.full
@pytest.mark.parametrize(
    ("kind", "megabytes"),
    [("objects", 150), ("lists", 150), ("numbers", 150), ("texts", 150), ("cells", 800), ("row", 300)],
)
def test_four_reports_of_20_megabytes_at_once_take_the_memory_of_one(kind: str, megabytes: int) -> None:
    found = subprocess.run(
        [sys.executable, "-c", FOUR_AT_ONCE, kind],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(found.stdout) < megabytes


@pytest.mark.processor
@pytest.mark.parametrize(
    "lines",
    [
        "Name,Email,Join Time,Leave Time\r\n",
        "Ada\n",
        "Ada\n,a@b.example,2026-03-12 10:00,2026-03-12 11:00\n",
        "Ada,,,\n\n",
    ],
)
def test_rows_of_headings_or_of_lone_names_cost_no_more_than_their_number(lines: str) -> None:
    def look(length: int) -> None:
        with suppress(ReportRefused):
            read("Name,Email,Join Time,Leave Time\r\n" + lines * (length // len(lines)))

    assert growth(look, 50_000, 500_000) <= LINEAR


@pytest.mark.processor
@pytest.mark.parametrize("line", ["Name (GMT+1),Email\r\n", "Name (Original Name),User Email\r\n"])
def test_a_file_of_headings_alone_costs_less_than_a_second(line: str) -> None:
    def look(length: int) -> None:
        with suppress(ReportRefused):
            read(line * (length // len(line)))

    assert min(cost(look, 2_000_000) for _try in range(3)) < 1


def test_more_tables_than_any_tool_writes_are_refused() -> None:
    many = "Name (Original Name),User Email,Join Time,Duration (Minutes)\r\n" * 201

    assert (refusal(many)["limit"], refusal(many)["line"]) == ("tables", 201)


def test_a_report_of_many_tables_is_read() -> None:
    tables = "\r\n".join(table([row(f"Ada {letter}")]) for letter in "ABCDEFGHIJ")

    assert names(tables) == [f"Ada {letter}" for letter in "ABCDEFGHIJ"]
