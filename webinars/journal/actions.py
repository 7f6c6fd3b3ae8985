"""Writing in the journal."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, update

from webinars.actors import Actor, columns_of
from webinars.journal.deeds import Deed
from webinars.journal.models import LONGEST, JournalEntry
from webinars.journal.subjects import Subject, SubjectType
from webinars.storage.extensions import db


def note(
    deed: Deed,
    organisation_id: int | None,
    about: Subject,
    *,
    by: Actor,
    now: datetime,
    detail: str | None = None,
) -> None:
    """Keeps that somebody did something, in the transaction of the deed itself.

    `detail` tells which part of the subject: of attendees the outward id, never the name.
    """
    db.session.add(
        JournalEntry(
            at=now,
            organisation_id=organisation_id,
            actor=by,
            deed=deed.value,
            subject=replace(about, label=about.label[:LONGEST]),
            detail=detail[:LONGEST] if detail else None,
        )
    )


def note_all(
    deed: Deed, organisation_id: int | None, about: Sequence[Subject], *, by: Actor, now: datetime
) -> None:
    """The same about many things, with one statement."""
    facts = {"at": now, "organisation_id": organisation_id, "deed": deed.value} | columns_of(actor=by)
    rows = [
        facts
        | {
            "subject_type": one.type,
            "subject_id": one.id,
            "subject_label": one.label[:LONGEST],
            "detail": None,
        }
        for one in about
    ]
    if rows:
        db.session.execute(insert(JournalEntry), rows)


def forget_subjects(kind: SubjectType, ids: Collection[int]) -> None:
    """These things are removed: entries about them keep what they were called, and mean no later one of the same id."""
    db.session.flush()
    db.session.execute(
        update(JournalEntry)
        .where(JournalEntry.subject_type == kind, JournalEntry.subject_id.in_(ids))
        .values(subject_id=None)
    )
