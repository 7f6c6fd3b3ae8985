"""What organisers edit: how often it was saved, and who last changed which part of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webinars.actors import Actor


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changed a part, by the name they had then, and when."""

    by: Actor
    at: datetime


class EditTraced(Protocol):
    """A row that counts its edits and keeps who made the last one."""

    @property
    def edits(self) -> Any:
        """How often."""

    def edit_of(self, part: str, *, after: int) -> Edit | None:
        """The last edit of the part, if it came after so many."""


class EditCounted:
    """A row that organisers edit; `revision` counts what is told to calendars, this counts what is saved."""

    edits: Mapped[int] = mapped_column(CheckConstraint("edits >= 0", name="edits_not_negative"), default=0)
    # part → the last edit of it: its number, by whom (`by_id` is not in edits of before), when; never what was written
    edited: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def count_edit(self, parts: Iterable[str], *, by: Actor, now: datetime) -> None:
        """Counts one more save, which changed these parts. The row is held."""
        self.edits = (self.edits or 0) + 1
        said = {"number": self.edits, "by": by.name, "by_id": by.id, "at": now.isoformat()}
        self.edited = {**(self.edited or {}), **dict.fromkeys(parts, said)}

    def last_edit(self, *parts: str, after: int) -> Edit | None:
        """The last edit of these parts, or of any, that came after so many edits."""
        found = [self.edit_of(part, after=after) for part in parts or self.edited or ()]
        return max(filter(None, found), key=lambda edit: edit.at, default=None)

    def edit_of(self, part: str, *, after: int) -> Edit | None:
        """The last edit of the part, if it came after so many edits; None when nothing is known of one."""
        said = (self.edited or {}).get(part)
        if said is None or said["number"] <= after:
            return None
        return Edit(Actor(said.get("by_id"), said["by"]), datetime.fromisoformat(said["at"]))
