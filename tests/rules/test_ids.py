"""An id has its foreign key; where it cannot have one, the table it points to gives it once."""

import re

from flask import Flask
from sqlalchemy import Integer

from config import ROOT
from tests.conftest import NOW
from webinars.app import urls
from webinars.cycles.models import Cycle
from webinars.registration.models import Registrant
from webinars.storage.database import Model
from webinars.storage.extensions import db

assert urls

# of each the document says whom it may name once somebody is removed
_LISTED = re.compile(r"^\| `(\w+\.\w+_id)` \|", re.MULTILINE)
ONCE = {
    "cycle",
    "incoming",
    "message",
    "organisation",
    "organiser",
    "registrant",
    "registration",
    "session",
}


def test_ids_without_a_foreign_key_are_known() -> None:
    found = {
        str(column)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_id") and isinstance(column.type, Integer) and not column.foreign_keys
    }

    assert sorted(found) == sorted(_LISTED.findall((ROOT / "docs/columns.md").read_text(encoding="utf-8")))


def test_the_tables_they_point_to_give_an_id_once() -> None:
    once = {
        table.name
        for table in Model.metadata.sorted_tables
        if table.dialect_options["sqlite"]["autoincrement"]
    }

    assert once == ONCE


def test_whoever_comes_next_does_not_get_the_number_of_who_was_removed(app: Flask, cycle: Cycle) -> None:
    assert _comes(cycle, "Ada") != _comes(cycle, "Bela")


def _comes(cycle: Cycle, name: str) -> int:
    person = Registrant(cycle_id=cycle.id, first_name=name, last_name="Doe", created_at=NOW, changed_at=NOW)
    db.session.add(person)
    db.session.commit()
    number = person.id
    db.session.delete(person)
    db.session.commit()
    return number
