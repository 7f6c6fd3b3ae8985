"""What somebody agreed to apart from signing up: given to words that are kept, dated, withdrawn."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, exists, insert, select
from sqlalchemy.orm import joinedload

from webinars.database import inserting
from webinars.extensions import db, run
from webinars.registration.models import Consent, ConsentPurpose, ConsentText, Registrant

_GIVEN = ("registrant_id", "purpose", "text_version", "given_at")
_UNDECIDED = insert(Consent.__table__).from_select(  # type: ignore[arg-type]
    _GIVEN,
    select(*(bindparam(name, type_=Consent.__table__.c[name].type) for name in _GIVEN)).where(
        # a name of its own: PostgreSQL would have to guess one type for both places
        ~exists().where(Consent.registrant_id == bindparam("whose"), Consent.purpose == bindparam("about"))
    ),
)


def consents_of(registrant_id: int) -> list[Consent]:
    """Every consent of a registrant with its text, withdrawn ones too, oldest first."""
    wanted = select(Consent).where(Consent.registrant_id == registrant_id).order_by(Consent.id)
    return list(db.session.scalars(wanted.options(joinedload(Consent.text))))


def standing(consents: Iterable[Consent]) -> dict[ConsentPurpose, Consent]:
    """The consents that hold now."""
    return {consent.purpose: consent for consent in consents if consent.withdrawn_at is None}


def version_of(words: str) -> str:
    """The name of a text: changes when a word does."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def decide(registrant: Registrant, wanted: set[ConsentPurpose], *, words: str, now: datetime) -> None:
    """Gives what is wanted and not yet given, to these words; withdraws what is given and no longer wanted."""
    given = standing(consents_of(registrant.id))
    new = sorted(wanted - given.keys())
    version = _kept(words, now=now) if new else ""
    for purpose in new:
        db.session.add(
            Consent(registrant_id=registrant.id, purpose=purpose, text_version=version, given_at=now)
        )
    for purpose in given.keys() - wanted:
        given[purpose].withdrawn_at = now


def agree(registrant_id: int, wanted: Collection[ConsentPurpose], *, words: str, now: datetime) -> None:
    """Gives what a public form asks for, to the words beside its boxes, unless the registrant has ever decided about it.

    Anybody can send that form with somebody's address: a withdrawal is not overruled by it.
    """
    if not wanted:
        return
    given = {"registrant_id": registrant_id, "text_version": _kept(words, now=now), "given_at": now}
    asked = {"whose": registrant_id}
    run(_UNDECIDED, [{**given, **asked, "purpose": one, "about": one} for one in sorted(set(wanted))])


def _kept(words: str, *, now: datetime) -> str:
    """Keeps the words unless they are kept already; says their version."""
    version = version_of(words)
    run(_keeping(db.engine.dialect.name), {"version": version, "words": words, "first_given_at": now})
    return version


@cache
def _keeping(dialect: str) -> Executable:
    return inserting(ConsentText, dialect).on_conflict_do_nothing()
