"""What the package's functions change: themselves, and through the functions of the package they call."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tests.rules.sources import Function, dotted, modules, tree

# methods that change what they are called on: collections, rows, queues, files, forms
CHANGING = {
    *("add", "add_all", "append", "appendleft", "clear", "discard", "extend", "insert", "merge"),
    *("pop", "popitem", "popleft", "remove", "reverse", "setdefault", "sort", "update"),
    *("commit", "delete", "expunge", "expunge_all", "flush", "rollback"),
    *("get_nowait", "put", "put_nowait"),
    *("chmod", "mkdir", "rename", "rmdir", "symlink_to", "touch", "unlink"),
    *("write", "write_bytes", "write_text"),
    *("populate_obj", "process", "process_formdata", "validate", "validate_on_submit"),
}
WRITING = {"delattr", "delete", "flash", "insert", "inserting", "setattr", "update"}
# what anything has a method of the same name for: followed only where its class is known
PLAIN = {name for kind in (str, bytes, list, dict, set, tuple, int, Path) for name in dir(kind)}
FRESH = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
BUILDING = {"__init__", "__post_init__", "__new__"}

Class = tuple[str, str]  # its module and its name


class Known(NamedTuple):
    """A function of the package, where it stands, and in which class."""

    module: str
    owner: str
    node: Function

    def __str__(self) -> str:
        return f"{self.module}:{self.owner}{'.' if self.owner else ''}{self.node.name}"


def roots_of(node: ast.AST) -> set[str]:
    """The names `row.parts[0].words` may begin with; nothing known is an empty name."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    if isinstance(node, ast.IfExp):
        return roots_of(node.body) | roots_of(node.orelse)
    return {node.id if isinstance(node, ast.Name) else ""}


def made_in(function: Function) -> set[str]:
    """Names of what the function itself has made, of which nobody else knows."""
    made = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                made |= {name.id for name, value in _pairs(target, node.value) if is_new(value)}
    return made


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    """Each name with what it is given."""
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, given in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, given)


def is_new(value: ast.expr) -> bool:
    """Whether this makes something: a literal, or a class that is called."""
    if not isinstance(value, ast.Call):
        return isinstance(value, FRESH)
    function = value.func.value if isinstance(value.func, ast.Subscript) else value.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name[:1].isupper() or name in ("list", "dict", "set", "defaultdict", "loads")


def own_changes(known: Known) -> Iterator[str]:
    """What the function's own lines change that others know, as they stand in it."""
    made = made_in(known.node) | ({"self"} if known.node.name in BUILDING else set())
    for node in ast.walk(known.node):
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield ast.unparse(node)
        is_given = isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load)
        if is_given and not roots_of(node) <= made:
            yield ast.unparse(node)
        if isinstance(node, ast.Call) and _is_changing(node, made):
            yield ast.unparse(node.func)


def _is_changing(call: ast.Call, made: set[str]) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in WRITING
    if not isinstance(call.func, ast.Attribute) or roots_of(call.func) <= made:
        return False
    waits = call.func.attr == "get" and any(word.arg in ("timeout", "block") for word in call.keywords)
    return call.func.attr in CHANGING or waits


class Package:
    """The functions of some modules, by their dotted names, and which of them each may call."""

    def __init__(self, sources: Mapping[str, ast.Module]) -> None:
        self.functions: dict[tuple[str, str, str], Known] = {}
        self.bases: dict[Class, list[ast.expr]] = {}
        self.names: dict[str, dict[str, tuple[str, str]]] = {}  # module → name → module and name there
        self.by_method: dict[str, list[Known]] = defaultdict(list)
        self.statements: set[tuple[str, str]] = set()  # constants that write once they are executed
        for module, source in sources.items():
            self._read(module, source)

    def all(self) -> Iterator[Known]:
        """Every function, inner ones too."""
        for known in self.functions.values():
            yield known
            for inner in ast.walk(known.node):
                if isinstance(inner, Function) and inner is not known.node:
                    yield Known(known.module, known.owner, inner)

    def _read(self, module: str, body: ast.Module) -> None:
        self.names[module] = {
            (name.asname or name.name): (node.module or "", name.name)
            for node in ast.walk(body)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        for node in body.body:
            if isinstance(node, Function):
                self.functions[module, "", node.name] = Known(module, "", node)
            elif isinstance(node, ast.ClassDef):
                self.bases[module, node.name] = node.bases
                for inner in node.body:
                    if isinstance(inner, Function):
                        known = Known(module, node.name, inner)
                        self.functions[module, node.name, inner.name] = known
                        self.by_method[inner.name].append(known)
            elif isinstance(node, ast.Assign) and self._writes(module, node.value):
                self.statements |= {(module, one.id) for one in node.targets if isinstance(one, ast.Name)}

    def _writes(self, module: str, value: ast.expr) -> bool:
        """Whether a constant is a statement that writes, or is made of one."""
        return any(
            node.id in WRITING or self._meant(module, node.id) in self.statements
            for node in ast.walk(value)
            if isinstance(node, ast.Name)
        )

    def executed(self, known: Known) -> Iterator[str]:
        """Statements that write, of this module or another, which the function names."""
        for node in ast.walk(known.node):
            name = (
                node.value.id if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
            )
            if isinstance(node, ast.Name) and self._meant(known.module, node.id) in self.statements:
                yield node.id
            elif (
                name
                and (".".join(self._meant(known.module, name)), getattr(node, "attr", "")) in self.statements
            ):
                yield ast.unparse(node)

    def _meant(self, module: str, name: str) -> tuple[str, str]:
        return self.names[module].get(name, (module, name))

    def method(self, owner: Class, name: str) -> Iterator[Known]:
        """The method of that name which objects of the class have."""
        if (*owner, name) in self.functions:
            yield self.functions[*owner, name]
            return
        for base in self.bases.get(owner, ()):
            if isinstance(base, ast.Name):
                yield from self.method(self._meant(owner[0], base.id), name)

    def called(self, known: Known) -> Iterator[Known]:
        """Functions of the package that this one calls, or names to have them called.

        An object of no known class is taken to be of the only class that has such a method.
        """
        kinds = _kinds_in(known.node)
        own = {node.id for node in ast.walk(known.node) if isinstance(node, ast.Name) and _is_bound(node)}
        for node in ast.walk(known.node):
            if isinstance(node, ast.Name) and node.id not in own | kinds.keys():
                yield from self._found(*self._meant(known.module, node.id))
            elif isinstance(node, ast.Attribute):
                yield from self._of_object(known, node, kinds)

    def _of_object(self, known: Known, node: ast.Attribute, kinds: dict[str, set[str]]) -> Iterator[Known]:
        name = node.value.id if isinstance(node.value, ast.Name) else ""
        imported = ".".join(self.names[known.module].get(name, ""))
        if name in ("self", "cls") and known.owner:
            yield from self.method((known.module, known.owner), node.attr)
        elif imported in self.names:
            yield from self._found(imported, node.attr)
        elif kinds.get(name):
            for kind in kinds[name]:
                yield from self.method(self._meant(known.module, kind), node.attr)
        elif node.attr not in PLAIN and len(self.by_method.get(node.attr, ())) == 1:
            yield from self.by_method[node.attr]

    def _found(self, module: str, name: str) -> Iterator[Known]:
        if (module, "", name) in self.functions:
            yield self.functions[module, "", name]


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _kinds_in(function: Function) -> dict[str, set[str]]:
    """The classes the function says its arguments, and what it makes, are of; none where it does not say."""
    said = function.args
    kinds = {
        one.arg: {word.id for word in ast.walk(one.annotation or one) if isinstance(word, ast.Name)}
        for one in (*said.posonlyargs, *said.args, *said.kwonlyargs)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = {word.id for word in (node.value.func,) if isinstance(word, ast.Name)}
            kinds |= {target.id: made for target in node.targets if isinstance(target, ast.Name)}
    return kinds


@cache
def product() -> Package:
    """The package `webinars`, read once."""
    return Package({dotted(path): tree(path) for path in modules()})


def changes(known: Known, package: Package) -> list[str]:
    """The way from the function to the first thing it changes; empty when it changes nothing."""
    reached, ways = {known}, [[known]]
    while ways:
        way = ways.pop(0)
        own = next(chain(own_changes(way[-1]), package.executed(way[-1])), None)
        if own is not None:
            return [*map(str, way), own]
        for further in package.called(way[-1]):
            if further not in reached:
                reached.add(further)
                ways.append([*way, further])
    return []
