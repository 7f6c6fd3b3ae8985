"""The journal of an organisation."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webinars.storage.database import Model


class JournalEntry(Model):
    """Who did what to what, and when; never what a message said."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_organisation", "organisation_id", "at"),
        Index("ix_journal_entry_organisation_id_deed_id", "organisation_id", "deed", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    organisation_id: Mapped[int | None]  # no foreign key: accounts stand above
    actor: Mapped[str] = mapped_column(String(200))
    deed: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(200))
