"""Entries of the journal that views write themselves, where no action of their own does."""

from flask import g

from webinars import clock
from webinars.journal.actions import note
from webinars.journal.deeds import Deed


def note_here(deed: Deed, about: str, *, detail: str = "") -> None:
    """Keeps what the signed-in member does in the organisation of the address."""
    note(
        deed,
        actor=g.organiser.name,
        about=about,
        organisation_id=g.organisation.id,
        now=clock.now(),
        detail=detail,
    )
