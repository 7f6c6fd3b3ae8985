"""A test's coroutine runs beside the browser's loop, whatever ran before it in the same process."""

import ast

from config import ROOT
from tests.rules.sources import name_of, tree

STARTS = {"run", "Runner", "new_event_loop"}


def test_tests_start_event_loops_in_one_place() -> None:
    starting = {
        name_of(path)
        for path in (ROOT / "tests").rglob("*.py")
        if "asyncio" in path.read_text(encoding="utf-8")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in STARTS and ast.unparse(node.value) == "asyncio"
    }

    assert starting == {"tests/loops.py"}
