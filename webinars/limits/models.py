"""Counts of what was done lately."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webinars.storage.database import Model


class Tally(Model):
    """How often one key was seen in one window of time; the key is a keyed digest, never an address."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_window", "window"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
