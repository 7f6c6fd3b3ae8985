"""The one mail that answers a sign-up."""

import hashlib
from datetime import datetime
from typing import Any

from webinars.outbox.actions import Row, row
from webinars.registration.invites.calendar_objects import reachable
from webinars.registration.models import Registrant
from webinars.words.addresses import address_key


def purpose_of(cycle_id: int, key: str, attempt: str) -> str:
    """The name under which one attempt is answered once."""
    return f"confirmation:{cycle_id}:{_digest(f'{key} {attempt}')}"


def confirmation_row(registrant: Registrant, purpose: str, *, details: dict[str, Any], now: datetime) -> Row:
    """The answer to a sign-up."""
    return row(
        "confirmation",
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registrant.id,
        purpose=purpose,
        now=now,
        cycle_id=registrant.cycle_id,
        details=details,
    )


def row_again(registrant: Registrant, details: dict[str, Any], *, now: datetime) -> Row:
    """The confirmation for a new address: once for each version of the personal link."""
    attempt = f"address {registrant.token_version}"
    purpose = purpose_of(registrant.cycle_id, address_key(reachable(registrant)), attempt)
    return confirmation_row(registrant, purpose, details=details, now=now)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
