"""What is said of a session, what changed about it and why somebody is invited, as those who registered are told."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from webinars.cycles.models import Session
from webinars.cycles.states import Format


class InvitationOccasion(StrEnum):
    """Why somebody is invited."""

    SIGNED_UP = "signed up"
    FOLLOWED = "followed"  # a session of the cycle they follow as a whole
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
    contribution: bool = False  # what its reader does in it is new: they speak, or are of the team
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


@dataclass(frozen=True, slots=True)
class AnnouncedFacts:
    """Date, zone, place, format and title: when one of them changes, people are told. Instants are in UTC."""

    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    place: str
    format: Format
    title: str

    @classmethod
    def of(cls, session: Session) -> Self:
        """What is said of it at this moment."""
        values = {name: getattr(session, name) for name in cls.__slots__}
        for name in ("starts_at", "ends_at"):
            # until it is read back, a session has the hours as they were given to it, in any zone
            values[name] = values[name].astimezone(UTC) if values[name] else None
        if session.format is Format.ONLINE:
            values["place"] = ""  # nobody is told of a place nobody goes to
        return cls(**values)

    @property
    def is_dated(self) -> bool:
        """Whether it has its hours."""
        return self.starts_at is not None and self.ends_at is not None

    def change_to(self, session: Session) -> Change | None:
        """What has changed since, with the former values; None when nothing that is announced did."""
        now_said = AnnouncedFacts.of(session)
        former = {
            name: getattr(self, name)
            for name in self.__slots__
            if getattr(self, name) != getattr(now_said, name)
        }
        return Change(**former) if former else None

    def text(self) -> str:
        """The same on one line: equal texts say the same."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values, default=datetime.isoformat, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What such a line says."""
        values: dict[str, Any] = json.loads(text)
        for name in ("starts_at", "ends_at"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        return cls(**values | {"format": Format(values["format"])})

    def about(self, session: Session) -> Session:
        """The session as it was announced, for words and calendars only: it is never kept."""
        columns = inspect(Session).column_attrs
        values = {column.key: getattr(session, column.key) for column in columns}
        return Session(**values | {name: getattr(self, name) for name in self.__slots__}, cycle=session.cycle)
