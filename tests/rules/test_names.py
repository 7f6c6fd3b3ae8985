"""Names: modules are nouns, one class name has one meaning."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.rules.sources import PACKAGE, modules, name_of, tree

# the field's own words
GERUNDS = {"planning", "matching", "paging", "folding"}
FURNITURE = {
    "utils",
    "helpers",
    "common",
    "services",
    "misc",
    "crew",
    "desk",
    "sheets",
    "stationery",
    "surroundings",
    "together",
    "turns",
    "ways",
    "marks",
    "records",
}
# one job done by each feature that has it
SAME_JOB: set[str] = set()


def named() -> list[Path]:
    """Every module and every package of the product."""
    return [path for path in modules() if path.name != "__init__.py"] + [
        path.parent for path in modules() if path.name == "__init__.py" and path.parent != PACKAGE
    ]


def test_modules_are_nouns() -> None:
    wrong = {
        name_of(path)
        for path in named()
        if (path.stem.endswith("ing") and path.stem not in GERUNDS) or path.stem in FURNITURE
    }

    assert wrong == set()


def test_each_exempt_gerund_is_there() -> None:
    assert {path.stem for path in named()} >= GERUNDS


def test_one_class_name_has_one_meaning() -> None:
    where = defaultdict(list)
    for path in modules():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                where[node.name].append(name_of(path))

    assert {name: places for name, places in where.items() if len(places) > 1 and name not in SAME_JOB} == {}
    assert {name for name in SAME_JOB if len(where[name]) < 2} == set()
