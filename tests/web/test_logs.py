"""What stands in the log."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.conftest import NOW
from webinars import clock
from webinars.web.logs import JsonLines, log

OWN = re.compile(r'"facts": \{[^}]*"(at|level|what)":')


class Written(logging.Handler):
    """Keeps the lines that are written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(JsonLines().format(record)))


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """The lines that were written, whatever level the last application wrote."""
    written, level = Written(), log.level
    log.addHandler(written)
    log.setLevel(logging.INFO)
    yield written.lines
    log.setLevel(level)
    log.removeHandler(written)


def test_a_clock_that_was_ahead_is_said_in_the_words_operators_look_for(lines: list[dict[str, Any]]) -> None:
    clock.say_ahead("reminders", until=NOW + timedelta(hours=3), now=NOW)

    [line] = lines
    assert list(line) == ["at", "level", "what", "of", "seconds"]
    assert (line["what"], line["of"], line["seconds"]) == ("the clock was ahead", "reminders", 10_800)


def test_no_fact_takes_the_place_of_what_happened(lines: list[dict[str, Any]]) -> None:
    log.warning("a thing", extra={"facts": {"what": "another", "level": "none", "mails": 3}})

    [line] = lines
    assert (line["what"], line["level"], line["mails"]) == ("a thing", "warning", 3)


@pytest.mark.parametrize("file", sorted((ROOT / "webinars").rglob("*.py")), ids=lambda file: file.stem)
def test_no_fact_is_named_as_what_every_line_has(file: Path) -> None:
    assert OWN.findall(file.read_text("utf-8")) == []
