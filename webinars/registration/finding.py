"""People found by what was typed, and the order their names stand in: the same on every engine."""

from sqlalchemy import ColumnElement, func, or_, select

from webinars.extensions import db
from webinars.folding import fold
from webinars.registration.models import Registrant

MOST_WORDS = 6
BY_NAME = (Registrant.folded_name, Registrant.id)


def holds_every_word(typed: str) -> list[ColumnElement[bool]]:
    """One condition a word: it is in the name, the address or the structure, whatever its case and accents."""
    return [_holds(word) for word in typed.split()[:MOST_WORDS]]


def _holds(word: str) -> ColumnElement[bool]:
    folded = fold(word)
    places = [Registrant.email.icontains(word, autoescape=True)]
    if folded:
        places += [
            column.contains(folded, autoescape=True)
            for column in (Registrant.folded_name, Registrant.folded_structure)
        ]
    return or_(*places)


def has_namesake(person: Registrant) -> bool:
    """Whether somebody else of the cycle has the same first and last name."""
    alike = select(func.count()).where(
        Registrant.cycle_id == person.cycle_id, Registrant.folded_name == person.folded_name
    )
    return (db.session.scalar(alike) or 0) > 1
