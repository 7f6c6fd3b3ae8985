"""Writing in the journal."""

from datetime import datetime

from webinars.extensions import db
from webinars.journal.models import Entry


def note(deed: str, *, actor: str, about: str, organisation_id: int | None, now: datetime) -> None:
    """Keeps that somebody did something, in the transaction of the deed itself."""
    db.session.add(
        Entry(at=now, organisation_id=organisation_id, actor=actor[:200], deed=deed, object=about[:200])
    )
