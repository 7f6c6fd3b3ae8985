"""Entries of the journal about an organisation and what is its own, where no action of their own writes them."""

from datetime import datetime

from webinars.accounts.models import Organisation
from webinars.journal.actions import note
from webinars.journal.deeds import Deed


def note_in(
    deed: Deed, organisation: Organisation, about: str, *, by: str, now: datetime, detail: str = ""
) -> None:
    """Keeps what a member did in the organisation."""
    note(deed, actor=by, about=about, organisation_id=organisation.id, now=now, detail=detail)
