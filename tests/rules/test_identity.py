"""What a person says of themselves is declared once: nobody else types its fields out."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.sources import modules, name_of, templates, tree
from webinars.registration.identity import FIELDS, UNSAID, FieldKind, IdentityField
from webinars.registration.models import Registrant
from webinars.words import typology

DECLARED = {one.name for one in FIELDS}
DECLARATION = "webinars/registration/identity.py"
NAME = {"first_name", "last_name"}
STRUCTURE = {"structure", "structure_type"}
EXCEPTIONS = {
    # the columns
    "webinars/registration/models.py": DECLARED,
    # names are compared with those of a report, or taken from one
    "webinars/attendance/imports/preparation.py": NAME,
    "webinars/attendance/matching/roster.py": NAME,
    "webinars/attendance/reports/tables/columns.py": NAME,
    "webinars/attendance/review/candidates.py": NAME,
    "webinars/attendance/review/routes.py": NAME,
    # a speaker has one name in the programme
    "webinars/planning/contributors.py": NAME,
    # queries that count or choose people by what they said
    "webinars/capitalisation/queries.py": {"structure_type", "function", "department"},
    "webinars/messages/audience.py": {"structure_type"},
    # a mail calls its reader by name
    "webinars/registration/letters/letterhead.py": {"first_name"},
    "webinars/registration/letters/mails.py": {"first_name"},
    "templates/mail/backlog/words.txt": {"first_name"},
    "templates/mail/confirmation/words.txt": {"first_name"},
    "templates/mail/invitation/words.txt": {"first_name"},
    "templates/mail/invitation_restored/words.txt": {"first_name"},
    "templates/mail/page_link/words.txt": {"first_name"},
    "templates/mail/reminder/body.html": {"first_name"},
    "templates/mail/reminder/body.txt": {"first_name"},
    "templates/mail/waiting/words.txt": {"first_name"},
    # words in braces, a fixed list (specification/security, rule 7)
    "webinars/messages/letters/placeholders.py": {*NAME, "structure"},
    "webinars/messages/letters/mails.py": {*NAME, "structure"},
    # somebody invented
    "webinars/demonstration/past_cycle.py": NAME,
    "webinars/reminders/preview.py": NAME,
    # a person in one line of a page, among others
    "webinars/attendance/review/queue.py": {"structure"},
    "templates/attendance/preview.html": NAME,
    "templates/attendance/review.html": {"structure", "function", "department"},
    "templates/attendance/session.html": NAME | STRUCTURE,
    "templates/messages/find_reader.html": NAME | STRUCTURE,
    "templates/planning/people.html": NAME | STRUCTURE,
    "templates/registration/me.html": {"first_name"},
    "templates/replies/answers.html": NAME,
}
CODE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
SENTENCE = re.compile(r'_\("[^"]*"')
TYPED = re.compile(rf"\b(?:{'|'.join(sorted(DECLARED))})\b")


def _typed_in(path: Path) -> set[str]:
    return {name for node in ast.walk(tree(path)) for name in _names(node)} & DECLARED


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, (ast.keyword, ast.arg)):
        yield node.arg or ""
    elif isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.AnnAssign):
        yield ast.unparse(node.target)


def _placed_in(path: Path) -> set[str]:
    code = " ".join(CODE.findall(path.read_text(encoding="utf-8")))
    return set(TYPED.findall(SENTENCE.sub("", code)))


def test_its_fields_are_typed_out_nowhere_else() -> None:
    found = {name_of(path): _typed_in(path) for path in modules()}
    found |= {name_of(path): _placed_in(path) for path in templates()}
    found.pop(DECLARATION)

    assert {name: names for name, names in found.items() if names} == EXCEPTIONS


@pytest.mark.parametrize("declared", FIELDS, ids=lambda one: one.name)
def test_each_of_them_is_a_column_that_holds_it(declared: IdentityField) -> None:
    column = Registrant.__table__.columns[declared.name]
    codes = list(declared.codes())

    assert column.type.length >= (max(map(len, codes)) if codes else declared.limit)
    assert column.default is None
    assert column.nullable is (declared.kind is not FieldKind.NAME)
    assert declared.unknown in ("", typology.UNKNOWN, UNSAID)


def test_they_have_columns_of_their_own_in_the_file_of_participants() -> None:
    headings = [one.export for one in FIELDS if one.export]

    assert len(headings) == len(set(headings))
    assert headings
