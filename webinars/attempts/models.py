"""What has been done by forms that count."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webinars.storage.database import Model


class Attempt(Model):
    """One sending of one form, kept with what it made; the key is a digest and says nothing about anybody."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_made_at", "made_at"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(
        String(2000), default=""
    )  # the address it led to; empty until it is done
    made_at: Mapped[datetime]

    @property
    def is_done(self) -> bool:
        """Whether what was asked for has been done before."""
        return bool(self.answer)
