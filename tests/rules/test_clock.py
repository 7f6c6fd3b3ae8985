"""Time is an argument: the clock is asked at the edges, and by what goes on for longer than a request."""

import ast

from tests.rules.contracts import is_domain, kind_of
from tests.rules.sources import dotted, modules, tree

GO_ON = {
    "webinars.attendance.imports.lease": "a long write goes on for many minutes, and its lease is renewed as it does",
    "webinars.outbox.delivery": "a worker goes on until it is told to stop",
}
CLOCKS = {
    ("clock", "now"),
    *((kind, name) for kind in ("date", "datetime") for name in ("now", "utcnow", "today")),
}


def asks_the_clock(node: ast.AST) -> bool:
    """Whether this is `clock.now`, called or handed on, or a clock of another library."""
    if isinstance(node, ast.ImportFrom) and node.module == "webinars.clock":
        return any(name.name == "now" for name in node.names)
    owner = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(owner, ast.Name) and (owner.id, getattr(node, "attr", "")) in CLOCKS


def test_rules_are_told_the_time() -> None:
    asking = {
        dotted(path)
        for path in modules()
        if is_domain(dotted(path)) and kind_of(dotted(path)) != "chores"
        if any(asks_the_clock(node) for node in ast.walk(tree(path)))
    }

    assert asking == {*GO_ON, "webinars.clock"}
