"""Which languages there are is said once: nothing asks which one is in force, but the words themselves."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config import LANGUAGES, ROOT
from tests.rules.sources import PACKAGE, modules, name_of, templates, tree

CODES = "|".join(LANGUAGES)
LITERAL = rf"""["'](?:{CODES})(?:[-_]\w+)?["']"""
ASKED = re.compile(
    rf"""[!=]=\s*{LITERAL}|{LITERAL}\s*[!=]=|{LITERAL}\s+(?:if|in)\b|\b(?:not\s+)?in\s*[(\[]\s*{LITERAL}"""
    rf"""|[sS]tarts_?[wW]ith\(\s*{LITERAL}|\bif\s+(?:{CODES})\b"""
)
WORDS = PACKAGE / "words"


def is_language(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Constant) and one.value in LANGUAGES for one in ast.walk(node))


def questions(path: Path) -> Iterator[int]:
    """The lines of a module that compare something with a language."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare):
            asked = is_language(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = node.func.attr in ("startswith", "endswith") and any(map(is_language, node.args))
        elif isinstance(node, ast.MatchValue):
            asked = is_language(node)
        else:
            asked = (
                isinstance(node, ast.IfExp) and isinstance(node.test, ast.Name) and node.test.id in LANGUAGES
            )
        if asked:
            yield node.value.lineno if isinstance(node, ast.MatchValue) else node.lineno


def test_no_module_compares_with_a_language() -> None:
    outside = [path for path in modules() if WORDS not in path.parents]

    assert [f"{name_of(path)}:{line}" for path in outside for line in questions(path)] == []


def test_no_template_and_no_script_compares_with_a_language() -> None:
    files = [*templates(), *(ROOT / "static").glob("*.js")]

    assert [name_of(path) for path in files if ASKED.search(path.read_text(encoding="utf-8"))] == []


def test_the_list_stands_in_one_place() -> None:
    everything = re.compile(rf"{LITERAL}(?:\s*:\s*\"\w+\")?,\s*\(?{LITERAL}")
    sources = [ROOT / "config.py", *modules(), *templates()]

    assert [name_of(path) for path in sources if everything.search(path.read_text(encoding="utf-8"))] == [
        "config.py"
    ]
