"""The project's own sources, as files and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config import ROOT

PACKAGE = ROOT / "webinars"
TEMPLATES = ROOT / "templates"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the package."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """A module as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a module, methods, inner and asynchronous ones included."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def name_of(path: Path) -> str:
    """A file as one says it: below the project's folder."""
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """A module as it is imported."""
    return ".".join(part for part in path.relative_to(ROOT).with_suffix("").parts if part != "__init__")


@cache
def templates() -> tuple[Path, ...]:
    """Every template."""
    return tuple(sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt", ".xml")))
