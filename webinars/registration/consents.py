"""What somebody agreed to apart from signing up: given, dated, withdrawn."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select

from webinars.extensions import db
from webinars.registration.models import Consent, ConsentPurpose, Registrant


def consents_of(registrant_id: int) -> list[Consent]:
    """Every consent of a registrant, withdrawn ones too, oldest first."""
    return list(
        db.session.scalars(select(Consent).where(Consent.registrant_id == registrant_id).order_by(Consent.id))
    )


def standing(consents: Iterable[Consent]) -> dict[ConsentPurpose, Consent]:
    """The consents that hold now."""
    return {consent.purpose: consent for consent in consents if consent.withdrawn_at is None}


def decide(registrant: Registrant, wanted: set[ConsentPurpose], *, text_version: str, now: datetime) -> None:
    """Gives what is wanted and not yet given, withdraws what is given and no longer wanted."""
    given = standing(consents_of(registrant.id))
    for purpose in sorted(wanted - given.keys()):
        db.session.add(
            Consent(registrant_id=registrant.id, purpose=purpose, text_version=text_version, given_at=now)
        )
    for purpose in given.keys() - wanted:
        given[purpose].withdrawn_at = now


def agree(
    registrant_id: int, wanted: Collection[ConsentPurpose], *, text_version: str, now: datetime
) -> None:
    """Gives what a public form asks for, unless the registrant has ever decided about it.

    Anybody can send that form with somebody's address: a withdrawal is not overruled by it.
    """
    if not wanted:
        return
    decided = {consent.purpose for consent in consents_of(registrant_id)}
    for purpose in sorted(set(wanted) - decided):
        db.session.add(
            Consent(registrant_id=registrant_id, purpose=purpose, text_version=text_version, given_at=now)
        )
