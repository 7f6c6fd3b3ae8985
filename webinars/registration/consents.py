"""What somebody agreed to apart from signing up: given to words that are kept, dated, confirmed, withdrawn.

Anybody can tick a box of a public form beside somebody else's address. What comes from there is a claim: it waits until
the owner of the address confirms it behind a personal link, and counts for nothing meanwhile.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, select
from sqlalchemy.orm import joinedload

from webinars.registration.models import Consent, ConsentPurpose, ConsentText, Registrant
from webinars.storage.database import inserting
from webinars.storage.extensions import db
from webinars.storage.transactions import run


def consents_of(registrant_id: int) -> list[Consent]:
    """Every consent of a registrant with its text, withdrawn ones too, oldest first."""
    wanted = select(Consent).where(Consent.registrant_id == registrant_id).order_by(Consent.id)
    return list(db.session.scalars(wanted.options(joinedload(Consent.text))))


def standing(consents: Iterable[Consent]) -> dict[ConsentPurpose, Consent]:
    """The consents that hold now: confirmed, and not withdrawn."""
    return {one.purpose: one for one in consents if one.withdrawn_at is None and one.is_confirmed}


def claims(consents: Iterable[Consent]) -> dict[ConsentPurpose, Consent]:
    """What a form said and its owner has neither confirmed nor refused."""
    return {one.purpose: one for one in consents if one.withdrawn_at is None and not one.is_confirmed}


def present_among(registrant_ids: Iterable[int]) -> dict[int, list[Consent]]:
    """What each of these people agreed to, confirmed or not, and has not withdrawn."""
    found: dict[int, list[Consent]] = defaultdict(list)
    wanted = select(Consent).where(
        Consent.registrant_id.in_([*registrant_ids]), Consent.withdrawn_at.is_(None)
    )
    for consent in db.session.scalars(wanted.order_by(Consent.purpose, Consent.id)):
        found[consent.registrant_id].append(consent)
    return found


def version_of(words: str) -> str:
    """The name of a text: changes when a word does."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def decide(registrant: Registrant, wanted: set[ConsentPurpose], *, words: str, now: datetime) -> None:
    """Gives what its owner wants and has not given yet, to these words; withdraws what is given and no longer wanted."""
    found = consents_of(registrant.id)
    given, claimed = standing(found), claims(found)
    new = sorted(wanted - given.keys())
    version = _kept(words, now=now) if new else ""
    for purpose in given.keys() - wanted:
        given[purpose].withdrawn_at = now
    for purpose in claimed.keys() & wanted:
        claimed[purpose].withdrawn_at = now  # what its owner says takes the place of what a form said
    db.session.flush()
    for purpose in new:
        db.session.add(
            Consent(
                registrant_id=registrant.id,
                purpose=purpose,
                text_version=version,
                given_at=now,
                confirmed_at=now,
            )
        )


def confirm(registrant: Registrant, names: Collection[str], *, now: datetime) -> bool:
    """Makes the claims of these names count; says whether any of them does now: what is taken back stays so."""
    named = [one for one in _named(registrant, names) if one.withdrawn_at is None]
    for one in named:
        one.confirmed_at = one.confirmed_at or now
    return bool(named)


def refuse(registrant: Registrant, names: Collection[str], *, now: datetime) -> bool:
    """Takes away what has these names, confirmed meanwhile or not; says whether there was any."""
    named = _named(registrant, names)
    for one in named:
        one.withdrawn_at = one.withdrawn_at or now
    return bool(named)


def _named(registrant: Registrant, names: Collection[str]) -> list[Consent]:
    return [one for one in consents_of(registrant.id) if one.claim_name in names]


def agree(registrant_id: int, wanted: Collection[ConsentPurpose], *, words: str, now: datetime) -> None:
    """Keeps what a public form claims somebody agreed to, to the words beside its boxes.

    Neither what stands already nor a withdrawal is changed by it.
    """
    if not wanted:
        return
    claim = {"registrant_id": registrant_id, "text_version": _kept(words, now=now), "given_at": now}
    run(_claiming(db.engine.dialect.name), [{**claim, "purpose": one} for one in sorted(set(wanted))])


def _kept(words: str, *, now: datetime) -> str:
    """Keeps the words unless they are kept already; says their version."""
    version = version_of(words)
    run(_keeping(db.engine.dialect.name), {"version": version, "words": words, "first_given_at": now})
    return version


@cache
def _keeping(dialect: str) -> Executable:
    return inserting(ConsentText, dialect).on_conflict_do_nothing()


@cache
def _claiming(dialect: str) -> Executable:
    return inserting(Consent, dialect).on_conflict_do_nothing(
        index_elements=["registrant_id", "purpose"], index_where=Consent.withdrawn_at.is_(None)
    )
