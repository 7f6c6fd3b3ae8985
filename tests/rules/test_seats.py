"""Seat or wait, and who comes next, are decided in one module (webinars/registration/seats.py)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT

DECIDES = "webinars/registration/seats.py"
COUNTED = {"capacity", "seats_taken"}  # who weighs one against the other decides who waits
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
SUMS = (ast.Add, ast.Sub, ast.Mult)


def decisions(tree: ast.AST) -> Iterator[int]:
    """The lines that weigh seats against each other, or say that somebody new waits."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, ORDER) for one in node.ops):
            with_a_number = any(isinstance(one, ast.Constant) for one in node.comparators)
            if names(node) & COUNTED and not with_a_number:
                yield node.lineno
        elif (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, SUMS)
            and names(node.left, node.right) & COUNTED
        ):
            yield node.lineno
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("max", "min"):
            if names(*node.args) & COUNTED:
                yield node.lineno
        elif isinstance(node, ast.IfExp) and {"WAITLISTED", "CONFIRMED"} <= names(node.body, node.orelse):
            yield node.lineno


def names(*nodes: ast.AST) -> set[str]:
    found = (inner for node in nodes for inner in ast.walk(node))
    return {getattr(one, "attr", getattr(one, "id", "")) for one in found}


def of_the_product() -> list[Path]:
    return [path for path in (ROOT / "webinars").rglob("*.py") if str(path.relative_to(ROOT)) != DECIDES]


def test_nobody_else_decides_who_waits() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in of_the_product()
        for line in decisions(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "left = session.capacity - seats_taken([session.id])[session.id]",
        "is_full = session.capacity is not None and taken >= session.capacity",
        "seats = max(session.capacity, taken) + waiting",
        "state = RegistrationState.WAITLISTED if is_full else RegistrationState.CONFIRMED",
    ],
)
def test_a_decision_is_found(code: str) -> None:
    assert [*decisions(ast.parse(code))]
