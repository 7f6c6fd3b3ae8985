"""People found by what was typed, and the order their names stand in: the same on every engine."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.words.folding import fold

MOST_WORDS = 6
FOLDED = (Registrant.folded_name, Registrant.folded_structure)
BY_NAME = (Registrant.folded_name, Registrant.id)
TextColumn = InstrumentedAttribute[Any]


def holds_every_word(
    typed: str, address: TextColumn = Registrant.email, folded: Sequence[TextColumn] = FOLDED
) -> list[ColumnElement[bool]]:
    """One condition a word: it is in the name, the address or the structure, whatever its case and accents."""
    return [_holds(word, address, folded) for word in typed.split()[:MOST_WORDS]]


def _holds(word: str, address: TextColumn, folded: Sequence[TextColumn]) -> ColumnElement[bool]:
    conditions = [address.icontains(word, autoescape=True)]
    if fold(word):
        conditions += [column.contains(fold(word), autoescape=True) for column in folded]
    return or_(*conditions)


def has_namesake(person: Registrant) -> bool:
    """Whether somebody else of the cycle has the same first and last name."""
    alike = select(func.count()).where(
        Registrant.cycle_id == person.cycle_id, Registrant.folded_name == person.folded_name
    )
    return (db.session.scalar(alike) or 0) > 1


def is_somebodys_name(cycle_id: int, name_key: str) -> bool:
    """Whether somebody of the cycle has these words as their name."""
    named = exists().where(Registrant.cycle_id == cycle_id, Registrant.name_key == name_key)
    return bool(db.session.scalar(select(named)))
