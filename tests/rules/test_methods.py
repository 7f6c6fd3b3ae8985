"""How a request asks decides what it may do, and nothing else does (specification/security, rule 11)."""

import ast
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.conftest import NOW
from tests.registration.signing_up import sign_up
from tests.rules.sources import modules, name_of, tree
from tests.rules.test_access import rules
from webinars.cycles.models import Cycle, Session
from webinars.cycles.states import CycleState
from webinars.registration.identity import Person
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE, SafeWrite

CLOSE = "/organise/vto/cycles/emploi/close"
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
DATABASE, TRANSACTIONS = "webinars/storage/database.py", "webinars/storage/transactions.py"


def is_method(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "method"
        and getattr(node.value, "id", "")
        in (
            "request",
            "incoming",
        )
    )


def safe_words(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in SAFE}


def test_no_view_asks_whether_the_method_is_get() -> None:
    asked = {
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare | ast.Match)
        and any(map(is_method, ast.walk(node)))
        and safe_words(node)
    }

    assert asked == set()


def names_in(node: ast.AST) -> set[str]:
    """What a module's code says: names, keywords with False, and the words of statements."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name | ast.Attribute):
            found.add(one.id if isinstance(one, ast.Name) else one.attr)
        if isinstance(one, ast.Call):
            called = one.func.id if isinstance(one.func, ast.Name) else getattr(one.func, "attr", "")
            found |= {
                f"{called}({word.arg}={word.value.value})"
                for word in one.keywords
                if isinstance(word.value, ast.Constant)
            }
    return found


@pytest.mark.parametrize(
    ("word", "module"),
    [
        ("read_only(only=False)", TRANSACTIONS),
        ("written_apart", TRANSACTIONS),
        ("execution_options(apart=True)", DATABASE),
    ],
)
def test_one_module_says_who_writes(word: str, module: str) -> None:
    assert {name_of(path) for path in modules() if word in names_in(tree(path))} == {module}


@pytest.mark.parametrize(
    ("word", "known"), [("query_only", {DATABASE}), ("READ WRITE", set()), ("transaction_read_only", set())]
)
def test_no_module_but_the_database_makes_a_connection_write_again(word: str, known: set[str]) -> None:
    assert {name_of(path) for path in modules() if word in path.read_text(encoding="utf-8")} == known


def test_addresses_are_looked_at_or_posted_to(app: Flask) -> None:
    assert {method for rule in rules(app) for method in rule.methods or ()} == {*SAFE, "POST"}


def test_what_a_page_keeps_is_there_with_its_reason() -> None:
    for kept in SafeWrite:
        table, column, why = kept.value
        assert column in db.metadata.tables[table].columns
        assert why


@pytest.mark.parametrize("header", OVERRIDES)
def test_no_header_and_no_field_changes_the_method(desk: FlaskClient, cycle: Cycle, header: str) -> None:
    looked = desk.get(f"{CLOSE}?_method=POST&method=POST", headers={header: "POST"})
    state = db.session.scalars(select(Cycle.state)).one()
    posted = post(desk, CLOSE, {"_method": "GET"}, headers={header: "GET"})

    assert (looked.status_code, state) == (200, CycleState.PUBLISHED)
    assert (posted.status_code, db.session.scalars(select(Cycle.state)).one()) == (303, CycleState.CLOSED)


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("publish", CycleState.DRAFT),
        ("unpublish", CycleState.PUBLISHED),
        ("close", CycleState.PUBLISHED),
        ("reopen", CycleState.CLOSED),
        ("archive", CycleState.CLOSED),
    ],
)
def test_head_of_a_step_shows_what_get_shows(
    desk: FlaskClient, session: Session, step: str, before: CycleState
) -> None:
    session.cycle.state, session.cycle.closed_at = before, NOW if before is CycleState.CLOSED else None
    db.session.commit()
    address = f"/organise/vto/cycles/emploi/{step}"

    looked = desk.head(address)

    assert (looked.status_code, looked.content_length) == (200, len(desk.get(address).data))
    assert db.session.scalars(select(Cycle.state)).one() is before


def test_head_of_a_restored_session_shows_what_get_shows(desk: FlaskClient, session: Session) -> None:
    session.cancel(now=session.created_at)
    db.session.commit()

    assert desk.head("/organise/vto/cycles/emploi/sessions/achats-responsables/restore").status_code == 200

    db.session.refresh(session)
    assert session.is_cancelled


@pytest.mark.parametrize("method", SAFE)
def test_the_body_of_a_safe_request_is_no_form(
    desk: FlaskClient, add_session: Callable[..., Session], cycle: Cycle, method: str
) -> None:
    session = add_session(cycle, days=4000)
    person = Person(first_name="Ada", last_name="L", email="ada@example.org")
    sign_up(cycle, [session.public_id], person, language="fr", now=session.created_at)
    db.session.commit()
    ada = db.session.scalars(select(Registrant.public_id)).one()

    answer = desk.open(
        f"/organise/vto/cycles/emploi/people/{ada}/withdraw", method=method, data={"sessions": session.slug}
    )

    assert answer.status_code == 200
    assert db.session.scalars(select(Registration.state)).all() == [RegistrationState.CONFIRMED]
