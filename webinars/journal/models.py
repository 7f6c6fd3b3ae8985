"""The journal of an organisation."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, composite, mapped_column

from webinars.actors import Actor, acted
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.database import Model

LONGEST = 200


class JournalEntry(Model):
    """Who did what to what, and when; never what a message said."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_organisation", "organisation_id", "at"),
        Index("ix_journal_entry_detail", "organisation_id", "deed", "detail", "id"),
        Index("ix_journal_entry_subject", "subject_type", "subject_id"),
        CheckConstraint("subject_id IS NULL OR subject_type IS NOT NULL", name="subject_typed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    organisation_id: Mapped[int | None]  # no foreign key: accounts stand above
    actor: Mapped[Actor] = acted("actor", longest=LONGEST)
    deed: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[SubjectType | None]
    subject_id: Mapped[
        int | None
    ]  # of the table its type names: `forget_subjects` is what a foreign key would do
    subject_label: Mapped[str] = mapped_column(String(LONGEST))
    detail: Mapped[str | None] = mapped_column(String(LONGEST))  # which part of it; of people the outward id

    subject: Mapped[Subject] = composite("subject_type", "subject_id", "subject_label")
