"""How much the form may cause to one address in a day; what is over leaves the next morning.

By specification/security, rule 22.

Anybody can type somebody's address. The day is that of the organisation's clock, and what every organisation of the
instance caused counts in it. What the owner does on a personal page is not counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, case, func, or_, select

from config import Settings
from webinars.outbox.models import Email, MailState, Row, withheld
from webinars.storage.extensions import db
from webinars.storage.transactions import run

MORNING = time(7)

_SINCE = bindparam("since", type_=Email.created_at.type)
_UNTIL = bindparam("until", type_=Email.created_at.type)  # later ones are of a clock far ahead
_SIGN_UP = and_(Email.kind == "confirmation", Email.created_at >= _SINCE, Email.created_at < _UNTIL)
_MAIL = and_(
    Email.not_before >= _SINCE,
    Email.not_before < _UNTIL,
    Email.state.not_in((MailState.WITHHELD, MailState.DROPPED)),
)
_CAUSED = select(
    func.count(case((_SIGN_UP, 1))),
    func.count(case((_MAIL, 1))),
    select(Email.details).where(Email.purpose == bindparam("purpose")).correlate(None).scalar_subquery(),
).where(Email.recipient_key == bindparam("key"), Email.by_form, or_(_SIGN_UP, _MAIL))
_HELD = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key"), 0)))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the form may still cause to one address today."""

    sign_ups: int
    mails: int
    morning: datetime  # when what is over leaves
    earlier: dict[str, Any] | None = None  # what the very attempt that was asked about got before

    def spend(self, confirmation: Row, invitations: Sequence[Row]) -> list[Row]:
        """The mails of one sign-up: as far as the allowance goes they leave, the others wait for the morning.

        What is left of today is spent on the confirmation, then on the first invitations. The confirmation is kept last: it
        leaves after them.
        """
        leaving = self.mails if self.sign_ups else 0
        first, *others = (
            (row if at < leaving else withheld(row, until=self.morning)) | {"by_form": True}
            for at, row in enumerate([confirmation, *invitations])
        )
        return [*others, first]


def hold_address(key: str) -> None:
    """Until the commit, nobody else signs up with this address; SQLite holds everything anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        run(_HELD, {"key": key})


def allowance_of(
    key: str, zone: ZoneInfo, *, settings: Settings, purpose: str = "", now: datetime
) -> Allowance:
    """What is left of today; the address is held already."""
    today = now.astimezone(zone).date()
    since = datetime.combine(today, time(), zone)
    asked = {"key": key, "since": since, "until": since + timedelta(days=2), "purpose": purpose}
    caused = run(_CAUSED, asked).one()
    sign_ups, mails, earlier = caused
    return Allowance(
        sign_ups=max(0, settings.sign_ups_per_address - sign_ups),
        mails=max(0, settings.mails_per_address - mails),
        morning=datetime.combine(today + timedelta(days=1), MORNING, zone),
        earlier=earlier,
    )
