"""400 lines a file, 25 a function: beyond, a second reason to change has moved in."""

import ast

from tests.rules.sources import Function, functions, modules, name_of

FILE = 400
FUNCTION = 25


def lines_of(function: Function) -> int:
    """Lines of the body, its docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def test_files_stay_small() -> None:
    long = {name_of(path): n for path in modules() if (n := len(path.read_text().splitlines())) > FILE}

    assert long == {}


def test_functions_stay_small() -> None:
    long = {
        f"{name_of(path)}:{function.name}": n
        for path in modules()
        for function in functions(path)
        if (n := lines_of(function)) > FUNCTION
    }

    assert long == {}
