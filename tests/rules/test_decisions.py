"""A decision is one page about one door that was closed: what was met, what was decided, what follows from it."""

import re
from pathlib import Path

import pytest

from config import ROOT

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
PAGE = 540  # words
_PART = re.compile(r"^\*\*(Context|Decision|Consequences)\.\*\*", re.MULTILINE)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem[:4])
def test_a_decision_says_its_number_and_has_its_three_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(decision.stem[:4])}. ")
    assert _PART.findall(text) == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem[:4])
def test_a_decision_is_a_page(decision: Path) -> None:
    assert len(decision.read_text(encoding="utf-8").split()) <= PAGE
