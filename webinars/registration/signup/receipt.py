"""The receipt of a sign-up, beside its summary: what was typed, sealed, so that the address can be shown, and corrected once.

By specification/security, rule 22. Nobody but this instance can read it, and it is given to whoever sent the form alone.
"""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from webinars.registration.identity import Person
from webinars.registration.models import ConsentPurpose
from webinars.web.links import sealed, unsealed

KIND = "receipt of a sign-up"
SHOWN_FOR = timedelta(hours=1)
SENT_WITHIN = timedelta(days=1)  # as long as a form may be open
NOBODY = "-" * 16  # as long as an outward id: the length of a receipt says nothing
SIGNATURE = 16  # the last characters of a summary
CORRECTED, SENT_AGAIN = "corrected", "sent again"  # what it is used for, once each


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody typed, and what came of it."""

    person: Person
    consents: Collection[ConsentPurpose]
    purpose: str  # of the confirmation
    new_registrant: str = NOBODY  # the outward id of whom this very sign-up made known
    is_corrected: bool = False  # it answers a correction, and is not corrected again


def written(receipt: Receipt, summary: str, *, now: datetime) -> str:
    """The receipt as the last part of the address whose summary this is."""
    said = asdict(receipt.person)
    consents = sorted(receipt.consents)
    came = [receipt.purpose, receipt.new_registrant, receipt.is_corrected]
    return sealed(KIND, [summary[-SIGNATURE:], said, consents, *came], now=now)


def read(token: str, summary: str, *, life: timedelta = SHOWN_FOR, now: datetime) -> Receipt | None:
    """The receipt that stands beside this summary; None when it was not made here for it, or longer ago."""
    value = unsealed(KIND, token, life=life, now=now)
    if value is None or value[0] != summary[-SIGNATURE:]:
        return None
    _of, said, consents, purpose, new_registrant, is_corrected = value
    agreed = frozenset(map(ConsentPurpose, consents))
    return Receipt(Person(**said), agreed, purpose, new_registrant, is_corrected)


def use_key(token: str, use: str) -> str:
    """The key of the attempt to use this receipt so: each use is made once."""
    return hashlib.sha256(f"{use}\n{token}".encode()).hexdigest()
