"""A test over two seconds says why beside it; the end of a run names those that do not."""

import ast

from config import ROOT
from tests.rules.sources import name_of, tree


def reasons() -> dict[str, str]:
    """The reason of each mark, by its place."""
    marks = [
        (path, node)
        for path in (ROOT / "tests").rglob("*.py")
        if "mark.slow" in path.read_text(encoding="utf-8")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "slow"
        and ast.unparse(node.value) == "pytest.mark"
    ]
    said = {
        (path, call.func): ast.unparse(call.args[0]) if call.args else ""
        for path in {path for path, _mark in marks}
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
    }
    return {f"{name_of(path)}:{mark.lineno}": said.get((path, mark), "") for path, mark in marks}


def test_every_slow_test_says_why() -> None:
    assert reasons()
    assert [place for place, reason in reasons().items() if len(reason.split()) < 4] == []
