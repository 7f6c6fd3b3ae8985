"""400 lines a file, 25 a function: beyond, a second reason to change has moved in; a shard stands where it is used."""

import ast

import grimp

from config import ROOT
from tests.rules.contracts import kind_of
from tests.rules.sources import Function, dotted, functions, modules, name_of

FILE = 400
FUNCTION = 25
SMALL = 40
# migrations are not among them: a released one is never edited
PLACES = ("webinars", "tests", "bench", "translations")
# small, known to one other module, and looked for by their names
STAY = {
    "webinars.app.letters": "which kind of mail is written by whom: the list CONTRIBUTING leads to",
    "webinars.attendance.reports.tools": "the list a new tool is put into",
    "webinars.attendance.reports.zoom": "one module for each tool",
    "webinars.outbox.queue.retention": "a chore: the list of all chores alone names it, and holds none",
}


def lines_of(function: Function) -> int:
    """Lines of the body, its docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def test_files_stay_small() -> None:
    files = [*ROOT.glob("*.py"), *(path for place in PLACES for path in (ROOT / place).rglob("*.py"))]
    long = {name_of(path): n for path in files if (n := len(path.read_text().splitlines())) > FILE}

    assert long == {}


def test_functions_stay_small() -> None:
    long = {
        f"{name_of(path)}:{function.name}": n
        for path in modules()
        for function in functions(path)
        if (n := lines_of(function)) > FUNCTION
    }

    assert long == {}


def test_a_small_module_that_one_other_knows_stands_in_that_one() -> None:
    """Modules that are what their name says, such as errors, queries, chores and views, stand for themselves."""
    graph = grimp.build_graph("webinars", cache_dir=None)
    small = [
        dotted(path)
        for path in modules()
        if path.name != "__init__.py" and len(path.read_text().splitlines()) < SMALL
    ]

    assert {
        module
        for module in small
        if kind_of(module) == "noun" and len(graph.find_modules_that_directly_import(module)) == 1
    } == STAY.keys()
