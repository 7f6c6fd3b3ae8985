"""What a limit is, how many of one thing in how long, and what was counted lately."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webinars.storage.database import Model
from webinars.web.links import derived_key


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of one thing in each window of time, counted for each subject apart."""

    name: str
    most: int
    window: timedelta

    def window_at(self, now: datetime) -> datetime:
        """The start of the window this instant falls in."""
        seconds = int(self.window.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)

    def ends_at(self, now: datetime) -> datetime:
        """When the window ends that this instant falls in, and counting starts again."""
        return self.window_at(now) + self.window

    def key(self, subject: str) -> str:
        """What the database counts under: says nothing about the subject without the instance's key."""
        return hmac.digest(derived_key("limits"), f"{self.name}\n{subject}".encode(), "sha256").hex()


class Tally(Model):
    """How often one key was seen in one window of time; the key is a keyed digest, never an address."""

    __tablename__ = "tally"
    __table_args__ = (CheckConstraint("count >= 0", name="count"), Index("ix_tally_window", "window"))

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
