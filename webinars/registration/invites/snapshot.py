"""What calendars and mails say of a session, as it stands or as somebody was last told."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import inspect

from webinars.cycles.models import Session
from webinars.cycles.states import Format
from webinars.registration.invites.changes import Change


@dataclass(frozen=True, slots=True)
class Announced:
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

    def change_to(self, session: Session) -> Change | None:
        """What has changed since, with the former values; None when nothing that is announced did."""
        now_said = Announced.of(session)
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
