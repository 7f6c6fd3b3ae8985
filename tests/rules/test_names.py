"""Names: modules are nouns, one name of a class or a type has one meaning."""

import ast
from collections import defaultdict
from collections.abc import Iterator
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


def kinds_in(source: ast.Module) -> Iterator[tuple[str, bool]]:
    """Names of classes and of types said in other words, each with whether it only stands for any type."""
    for node in source.body:
        if isinstance(node, ast.ClassDef):
            yield node.name, False
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = target.id.lstrip("_") if isinstance(target, ast.Name) else ""
            if name[:1].isupper() and not name.isupper():
                yield name, ast.unparse(node.value).startswith("TypeVar")


def test_one_name_of_a_class_or_type_has_one_meaning() -> None:
    where = defaultdict(set)
    for path in modules():
        for name, is_variable in kinds_in(tree(path)):
            where[name].add("stands for any type" if is_variable else name_of(path))

    assert {name: places for name, places in where.items() if len(places) > 1} == {}


def test_a_name_of_a_type_is_seen() -> None:
    said = [
        "class Row: ...",
        "Row = dict[str, Any]",
        "Row: TypeAlias = dict",
        'Row = TypeVar("Row")',
        "ROWS_READ = {1}",
    ]

    assert [[*kinds_in(ast.parse(code))] for code in said] == [
        [("Row", False)],
        [("Row", False)],
        [("Row", False)],
        [("Row", True)],
        [],
    ]
