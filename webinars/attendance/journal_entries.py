"""What the journal keeps of attendance: the session, and the outward id of the person, line or report."""

from datetime import datetime

from webinars.cycles.models import Session
from webinars.journal.actions import note
from webinars.journal.deeds import Deed


def note_at(deed: Deed, session: Session, *, by: str, now: datetime, detail: str = "") -> None:
    """Keeps what somebody said about a session."""
    owner = session.cycle.organisation_id
    note(deed, actor=by, about=session.title, organisation_id=owner, now=now, detail=detail)
