"""A view stands in `routes` or a module that ends in `_routes`, nowhere else."""

import ast
import inspect
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.rules.sources import dotted, modules, tree

METHODS = {"get", "post", "put", "patch", "delete", "route"}


def are_routes(module: str) -> bool:
    """Whether views may stand in it."""
    name = module.rpartition(".")[2]
    return name == "routes" or name.endswith("_routes")


def views(source: ast.AST) -> Iterator[int]:
    """The lines in which something is given an address."""
    for node in ast.walk(source):
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "attr", "") in METHODS:
                yield decorator.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_url_rule":
            yield node.lineno


def test_no_module_but_routes_gives_an_address() -> None:
    elsewhere = {dotted(path): [*views(tree(path))] for path in modules() if not are_routes(dotted(path))}

    assert {module: lines for module, lines in elsewhere.items() if lines} == {}


def test_every_view_of_the_application_is_one_of_routes(app: Flask) -> None:
    where = {
        name: inspect.unwrap(view).__module__ for name, view in app.view_functions.items() if name != "static"
    }

    assert {name: module for name, module in where.items() if not are_routes(module)} == {}


@pytest.mark.parametrize(
    "code",
    [
        "@bp.get('/page')\ndef page(): ...",
        "@post_bp.route('/page', methods=['POST'])\ndef page(): ...",
        "@app.post('/page')\nasync def page(): ...",
        "bp.add_url_rule('/page', 'page', page)",
    ],
)
def test_an_address_is_seen(code: str) -> None:
    assert [*views(ast.parse(code))] == [1]
