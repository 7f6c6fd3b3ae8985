"""What somebody agreed to apart from signing up: given to words that are kept, dated, withdrawn."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from webinars.database import inserting
from webinars.extensions import db
from webinars.registration.models import Consent, ConsentPurpose, ConsentText, Registrant

# built once: building it costs more than running it
_DECIDED = (
    select(Consent.purpose).where(Consent.registrant_id == bindparam("registrant_id")).order_by(Consent.id)
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
    version = _kept(words, now=now)
    decided = db.session.scalars(_DECIDED, {"registrant_id": registrant_id}).all()
    for purpose in sorted(set(wanted) - set(decided)):
        db.session.add(
            Consent(registrant_id=registrant_id, purpose=purpose, text_version=version, given_at=now)
        )


def _kept(words: str, *, now: datetime) -> str:
    """Keeps the words unless they are kept already; says their version."""
    text = {"version": version_of(words), "words": words, "first_given_at": now}
    db.session.execute(inserting(ConsentText, db.engine).on_conflict_do_nothing(), text)
    return version_of(words)
