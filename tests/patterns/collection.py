"""The patterns of the product, and how each is used."""

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config import ROOT

SETTINGS = ("config.py", "setting_values.py", "settings_file.py")
SOURCES = (*sorted((ROOT / "webinars").rglob("*.py")), *(ROOT / name for name in SETTINGS))
AT_THE_BEGINNING = {"match", "fullmatch"}
FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}
TRANSLATED = (("(?P<", "(?<"), (r"\A", "^"), (r"\Z", "$"))


@dataclass(frozen=True)
class Found:
    """One pattern: where it stands, and the methods it is used by (nothing when it is handed on)."""

    place: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def patterns() -> list[Found]:
    """Every pattern that is a constant of a module of ours, as it is compiled, in the order of the modules."""
    used = _methods()
    return [
        Found(f"{module}.{name}", value, frozenset(used[module, name]))
        for module, path in _modules().items()
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, re.Pattern) and name in _assigned(path)
    ]


def inline_patterns() -> list[str]:
    """Calls that compile a pattern anywhere but into a constant: nothing here would find it."""
    return [f"{path.relative_to(ROOT)}:{node.lineno}" for path in SOURCES for node in _inline(_tree(path))]


def in_javascript(found: Found) -> tuple[str, str]:
    """Source and flags as JavaScript has them; what is used at the beginning or on the whole alone is anchored."""
    pattern = found.pattern
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    for ours, theirs in TRANSLATED:
        source = source.replace(ours, theirs)
    if found.methods and found.methods <= AT_THE_BEGINNING:
        source = f"^(?:{source})" + ("$" if found.methods == {"fullmatch"} else "")
    letters = [letter for flag, letter in FLAGS.items() if pattern.flags & flag]
    return source, "".join(letters) + ("" if all(sign < "\U00010000" for sign in source) else "u")


def _inline(tree: ast.Module) -> Iterator[ast.Call]:
    constants = {id(node.value) for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr not in ("escape", "purge")
            and id(node) not in constants
        ):
            yield node


def _methods() -> dict[tuple[str, str], set[str]]:
    """By which methods each constant is used, in its module and where it is imported."""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for module, path in _modules().items():
        tree = _tree(path)
        home = {name: (module, name) for name in _assigned(path)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                home |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        called = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in home:
                used[home[node.id]].add(called.get(id(node), "handed on"))
    return used


@cache
def _modules() -> dict[str, Path]:
    found = {}
    for path in SOURCES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _assigned(path: Path) -> frozenset[str]:
    return frozenset(
        target.id
        for node in _tree(path).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    )
