"""The one mail that answers a sign-up, and how many of them one address gets (security rule 22)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, or_, select

from config import Settings
from webinars.addresses import address_key
from webinars.extensions import db, run
from webinars.outbox.actions import Row, row
from webinars.outbox.models import Email
from webinars.registration.models import Registrant
from webinars.registration.openings import reachable

DAY = timedelta(days=1)
LATER = "confirmation:later:"

_HELD = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key"), 0)))
_EARLIER = select(Email.purpose, Email.details).where(
    Email.recipient_key == bindparam("key"),
    Email.kind == "confirmation",
    or_(Email.created_at > bindparam("since"), Email.purpose == bindparam("purpose")),
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The confirmations one address caused within a day, and those of this very attempt."""

    details: dict[str, dict[str, Any]]  # by purpose

    def count(self) -> int:
        """How many sign-ups were answered or withheld."""
        return sum(not purpose.startswith(LATER) for purpose in self.details)


def hold_address(key: str) -> None:
    """Until the commit, nobody else signs up with this address; SQLite holds everything anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        run(_HELD, {"key": key})


def purpose_of(cycle_id: int, key: str, attempt: str) -> str:
    """The name under which one attempt is answered once."""
    return f"confirmation:{cycle_id}:{_digest(f'{key} {attempt}')}"


def earlier(key: str, purpose: str, *, now: datetime) -> Earlier:
    """What this address has caused lately."""
    rows = run(_EARLIER, {"key": key, "since": now - DAY, "purpose": purpose})
    return Earlier(dict(rows.all()))


def is_over_limit(lately: Earlier) -> bool:
    """Whether one more confirmation would be one too many today."""
    settings: Settings = current_app.config["SETTINGS"]
    return lately.count() >= settings.confirmations_per_day


def confirmation_rows(
    registrant: Registrant, purpose: str, *, details: dict[str, Any], lately: Earlier, now: datetime
) -> list[Row]:
    """The answer to a sign-up; over the limit it is withheld, and one mail tells so the next day."""
    withheld = is_over_limit(lately)
    rows = [_row(registrant, purpose, details, now=now, withheld=withheld)]
    later = f"{LATER}{_digest(address_key(reachable(registrant)))}:{now:%Y-%m-%d}"
    if withheld and later not in lately.details:
        rows.append(_row(registrant, later, details | {"later": True}, now=now, not_before=now + DAY))
    return rows


def row_again(registrant: Registrant, details: dict[str, Any], *, now: datetime) -> Row:
    """The confirmation for a new address: once for each version of the personal link."""
    attempt = f"address {registrant.token_version}"
    purpose = purpose_of(registrant.cycle_id, address_key(reachable(registrant)), attempt)
    return _row(registrant, purpose, details, now=now)


def _row(
    registrant: Registrant,
    purpose: str,
    details: dict[str, Any],
    *,
    now: datetime,
    withheld: bool = False,
    not_before: datetime | None = None,
) -> Row:
    return row(
        "confirmation",
        recipient=reachable(registrant),
        language=registrant.language,
        about_id=registrant.id,
        purpose=purpose,
        now=now,
        cycle_id=registrant.cycle_id,
        details=details,
        withheld=withheld,
        not_before=not_before,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]
