"""A page is read by its parts (`tests/page.py`), not by pieces of its markup."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.rules.sources import name_of, tree

MARKUP = re.compile(r"<[a-z!/][a-z]*\b|\b(?:class|href|src|id|name|value|lang|download)=[\"']", re.IGNORECASE)
LOOKS = {
    "count",
    "index",
    "find",
    "partition",
    "split",
    "compile",
    "search",
    "match",
    "fullmatch",
    "findall",
    "finditer",
}

# what a page, or a mail, is read as
PARTS = {"lines", "plain_lines", "cells", "errors", "links", "addresses", "actions"}

# how often a file looks for a piece of markup, each for a reason of its own
KNOWN = {
    "tests/accounts/signed_in.py": 2,  # every form of every test: two tokens, without reading the page
}


def pieces(code: ast.Module) -> Iterator[int]:
    """The lines where a piece of markup is looked for in a text."""
    for node in ast.walk(code):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            looked_for = [] if reads_parts(node.comparators[0]) else [node.left]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS:
            looked_for = node.args[:1]
        else:
            continue
        if any(MARKUP.search(words(part)) for part in looked_for):
            yield node.lineno


def reads_parts(node: ast.expr) -> bool:
    """Whether words are looked for among lines or cells, where a `<` is a character."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).endswith("lines")
    return isinstance(node, ast.Attribute) and node.attr in PARTS


def words(node: ast.expr) -> str:
    """What stands in a text as it is written, `b"…"` and the fixed parts of `f"…"` too."""
    found = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return "".join(
        one.decode("latin-1") if isinstance(one, bytes) else one
        for one in found
        if isinstance(one, str | bytes)
    )


def files_of_tests() -> list[Path]:
    return [path for path in (ROOT / "tests").rglob("*.py") if not {"vendor", "rules"} & set(path.parts)]


def test_no_test_looks_for_markup() -> None:
    found = Counter(name_of(path) for path in files_of_tests() for _line in pieces(tree(path)))

    assert dict(found) == KNOWN


@pytest.mark.parametrize(
    "code",
    [
        "assert '<h1>Ada</h1>' in page",
        "assert f'<li>{name}' not in answer.text",
        "assert b'</form>' in answer.data",
        "assert 'class=\"error' in html",
        "page.count('<li')",
        "assert '<b>' in page.text",
        're.search(r\'href="([^"]+)"\', page)',
    ],
)
def test_a_piece_of_markup_is_seen(code: str) -> None:
    assert [*pieces(ast.parse(code))] == [1]


@pytest.mark.parametrize(
    "code",
    [
        "assert 'Ada' in page.lines",
        "assert 'Ada <ada@town.fr>' in page.lines",
        "assert '<b>' in plain_lines(mail)",
        "assert page.error_for('day') == 'Give the day.'",
        "assert a < b in c",
        "page.count('a')",
    ],
)
def test_parts_and_words_are_no_markup(code: str) -> None:
    assert [*pieces(ast.parse(code))] == []
