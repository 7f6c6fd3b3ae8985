"""A question answers yes or no, and asking it changes nothing, however far the change is away."""

import ast
import re

import pytest

from tests.rules.changes import Known, Package, changes, product

_QUESTION = re.compile(r"_*(?:is|has|may|are|was|were|can)_|\w*_can_")
MAY_CHANGE = {
    "webinars.outbox.queue.lease:has_due": "ends the transaction in which it looked, in the worker between two batches",
    "webinars.registration.signup.summary:_is_signed": "a signature is compared: `validate` is the signer's own",
}


def questions(package: Package) -> list[Known]:
    """Every function that is named as a question."""
    return [known for known in package.all() if _QUESTION.match(known.node.name)]


@pytest.fixture(scope="module")
def asked() -> list[Known]:
    """The questions of the product."""
    return questions(product())


def test_questions_answer_yes_or_no(asked: list[Known]) -> None:
    answers = {str(known): ast.unparse(known.node.returns) if known.node.returns else "" for known in asked}

    assert {name: said for name, said in answers.items() if said not in ("bool", "ColumnElement[bool]")} == {}


def test_questions_change_nothing(asked: list[Known]) -> None:
    found = {str(known): changes(known, product()) for known in asked}
    changing = {name: way for name, way in found.items() if way}

    assert {name: way for name, way in changing.items() if name not in MAY_CHANGE} == {}
    assert MAY_CHANGE.keys() - changing.keys() == set()


CHANGING = """
from webinars.store import begin
import webinars.store
from webinars import store

GIVE_BACK = update(Row).where(Row.id == 1)
RENEW = GIVE_BACK.values(count=2)

class Form:
    def check(self, row: "Row") -> bool:
        self.errors.append("no")
        return False

class Wide(Form):
    def is_inherited(self, row) -> bool:
        return self.check(row)

class Row:
    @property
    def touched(self) -> bool:
        self.count += 1
        return True

def is_added(row) -> bool:
    db.session.add(row)
    return True

def is_updated() -> bool:
    return db.session.execute(update(Row)).rowcount > 0

def is_taken(row) -> bool:
    row.state = "taken"
    return True

def is_kept_aside(found, key) -> bool:
    found[key] = True
    return True

def is_told_far_away(now) -> bool:
    return begin(now)

def is_told_by_module(now) -> bool:
    return store.begin(now)

def is_of_an_argument(form: Form | None) -> bool:
    return form.check(1)

def is_of_what_it_made() -> bool:
    form = Wide()
    return form.check(1)

def is_property(row: Row) -> bool:
    return row.touched

def is_said_before(row) -> bool:
    return bool(db.session.execute(RENEW, {"id": row.id}))

def is_said_elsewhere(row) -> bool:
    return bool(db.session.execute(store.KEEP, {"id": row.id}))

def is_handed_on(rows) -> bool:
    return any(map(begin, rows))

def _has_read(queue) -> bool:
    return queue.get(timeout=1)

async def may_wait(form: Form) -> bool:
    return form.check(1)

def show() -> None:
    def is_inner(row) -> bool:
        row.count = 1
        return True
"""
STORE = """
KEEP = insert(Row)

def begin(now):
    return keep(now)

def keep(now):
    db.session.execute(insert(Row))
"""
ASKING = """
def is_among(rows) -> bool:
    found = set()
    for row in rows:
        found.add(row.name)
    return bool(found)

def is_counted(rows) -> bool:
    few, many = [], {}
    (few if rows else many)[0] = 1
    return bool(few)

def is_named(row, add) -> bool:
    return row.name == add and row.words.get("name") is not None
"""


@pytest.mark.parametrize(
    "known",
    questions(Package({"webinars.some": ast.parse(CHANGING), "webinars.store": ast.parse(STORE)})),
    ids=str,
)
def test_a_change_is_seen_wherever_it_hides(known: Known) -> None:
    package = Package({"webinars.some": ast.parse(CHANGING), "webinars.store": ast.parse(STORE)})

    assert changes(known, package) != []


@pytest.mark.parametrize("known", questions(Package({"webinars.some": ast.parse(ASKING)})), ids=str)
def test_what_a_function_keeps_to_itself_is_no_change(known: Known) -> None:
    assert changes(known, Package({"webinars.some": ast.parse(ASKING)})) == []
