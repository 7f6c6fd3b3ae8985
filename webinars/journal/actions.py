"""Writing in the journal."""

from datetime import datetime

from webinars.journal.deeds import Deed
from webinars.journal.models import JournalEntry
from webinars.storage.extensions import db

LONGEST = 200
BETWEEN = " · "


def note(
    deed: Deed, organisation_id: int | None, about: str, *, by: str, now: datetime, detail: str = ""
) -> None:
    """Keeps that somebody did something, in the transaction of the deed itself.

    `detail` tells which part of the object: of attendees the outward id, never the name.
    """
    told = f"{about[: LONGEST - len(BETWEEN) - len(detail)]}{BETWEEN}{detail}" if detail else about[:LONGEST]
    db.session.add(
        JournalEntry(
            at=now, organisation_id=organisation_id, actor=by[:LONGEST], deed=deed.value, object=told
        )
    )
