"""What changed about a session, and why somebody is invited, as those who registered are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from webinars.cycles.models import Session


class InvitationOccasion(StrEnum):
    """Why somebody is invited."""

    SIGNED_UP = "signed up"
    SEAT_FREED = "seat freed"
    RESTORED = "restored"  # the session takes place after all


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """The former value of each thing that changed; None where nothing did."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    timezone: str | None = None
    place: str | None = None
    format: str | None = None
    title: str | None = None
    texts: bool = False  # what is read about it is new, and the organiser wants it told
    word: str = ""  # the organiser's own, in plain text

    @property
    def is_move(self) -> bool:
        """Whether day, hour or zone changed."""
        return any(value is not None for value in (self.starts_at, self.ends_at, self.timezone))

    def changes_day(self, session: Session) -> bool:
        """Whether the session, as it now is, begins on another day of the calendar than before."""
        former = (self.starts_at or session.local_start).astimezone(
            ZoneInfo(self.timezone or session.timezone)
        )
        return former.date() != session.local_start.date()

    @property
    def is_elsewhere(self) -> bool:
        """Whether one attends in another way or at another place."""
        return self.place is not None or self.format is not None

    @property
    def is_major(self) -> bool:
        """Whether whoever answered has to answer again: date, time or place changed."""
        return self.is_move or self.is_elsewhere

    def to_details(self) -> dict[str, Any]:
        """The change as a mail's row keeps it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }

    @classmethod
    def from_details(cls, details: dict[str, Any]) -> Self:
        """The change a mail's row tells; keys that are none of its own are left aside."""
        known = {name: details[name] for name in cls.__slots__ if name in details}
        for name in ("starts_at", "ends_at"):
            if name in known:
                known[name] = datetime.fromisoformat(known[name])
        return cls(**known)
