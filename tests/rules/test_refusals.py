"""A refusal reaches its page in one place (webinars/web/refusals.py): no view catches one by name."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator

import webinars
from config import ROOT
from webinars.errors import Refusal

# what else a view does about a refusal than say it, with the reason
DECIDES = {
    ("webinars/attendance/imports/routes.py", "NoRows"): "it is a question, which the preview asks",
    ("webinars/attendance/imports/routes.py", "TimezoneSuspect"): "it is a question, which the preview asks",
}


def refusals() -> set[str]:
    for module in pkgutil.walk_packages(webinars.__path__, "webinars."):
        if module.name.rpartition(".")[2] in ("errors", "strict_json", "pictures"):
            importlib.import_module(module.name)
    return {one.__name__ for one in kinds_of(Refusal)}


def kinds_of(kind: type) -> Iterator[type]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds_of(narrower)


def caught(tree: ast.AST) -> Iterator[str]:
    """The names of what is caught or passed over."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            yield from names(node.type)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "suppress":
            for argument in node.args:
                yield from names(argument)


def names(node: ast.AST) -> Iterator[str]:
    return (getattr(one, "attr", getattr(one, "id", "")) for one in ast.walk(node))


def test_no_view_catches_a_refusal_to_say_it() -> None:
    known = refusals()
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "webinars").rglob("*routes.py")
        for name in caught(ast.parse(path.read_text(encoding="utf-8")))
        if name in known
    }

    assert found == DECIDES.keys()


def test_the_field_a_refusal_is_about_is_one_of_some_form() -> None:
    known = {one.field for one in kinds_of(Refusal)}

    assert known == {None, "", "capacity", "day", "email", "file", "logo", "sessions"}
