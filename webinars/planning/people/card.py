"""All that is kept of one person of a cycle, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from webinars.attendance.models import Attendance
from webinars.cycles.models import Cycle
from webinars.journal.deeds import Deed
from webinars.journal.models import JournalEntry
from webinars.planning.people.queries import registrations_of
from webinars.registration import consents
from webinars.registration.identity import headed_words
from webinars.registration.models import Consent, Registrant, Registration, Source
from webinars.storage.extensions import db

# what is done to one person, whose outward id the entry keeps
DEEDS = (
    Deed.REGISTRATIONS_WITHDRAWN,
    Deed.ADDRESS_CORRECTED,
    Deed.ADDRESS_MARK_LIFTED,
    Deed.MAIL_SENT_AGAIN,
    Deed.ATTENDANCE_STATED,
    Deed.ATTENDANCE_TAKEN_BACK,
    Deed.WALK_IN_ADDED,
)
ENTRIES = 50


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What stands on the page of one person."""

    person: Registrant
    registrations: Sequence[Registration]
    attendances: dict[int, Attendance]  # by session
    answers: list[tuple[str, str]]
    consents: list[Consent]
    entries: Sequence[JournalEntry]  # the latest first


def card_of(cycle: Cycle, person: Registrant) -> PersonCard:
    """The page of somebody of the cycle."""
    seen = select(Attendance).where(Attendance.registrant_id == person.id).order_by(Attendance.id)
    return PersonCard(
        person=person,
        registrations=registrations_of([person.id]),
        attendances={one.session_id: one for one in db.session.scalars(seen)},
        answers=headed_words(person),
        consents=consents.consents_of(person.id),
        entries=_entries_about(cycle, person),
    )


def _entries_about(cycle: Cycle, person: Registrant) -> Sequence[JournalEntry]:
    asked = select(JournalEntry).where(
        JournalEntry.organisation_id == cycle.organisation_id,
        JournalEntry.deed.in_(DEEDS),
        JournalEntry.detail == person.public_id,
    )
    return db.session.scalars(asked.order_by(JournalEntry.id.desc()).limit(ENTRIES)).all()


def source_words(source: Source) -> str:
    """How somebody came into the cycle."""
    return {
        Source.FORM: _("by the form"),
        Source.WALK_IN: _("present without a registration"),
        Source.ORGANISER: _("added by the team"),
        Source.IMPORT: _("loaded from a file"),
    }[source]


def deed_words(deed: str) -> str:
    """What was done to a person, in a word."""
    return {
        Deed.REGISTRATIONS_WITHDRAWN: _("Removed from sessions"),
        Deed.ADDRESS_CORRECTED: _("Address corrected"),
        Deed.ADDRESS_MARK_LIFTED: _("Address said to be right"),
        Deed.MAIL_SENT_AGAIN: _("Refused mail sent again"),
        Deed.ATTENDANCE_STATED: _("Attendance marked"),
        Deed.ATTENDANCE_TAKEN_BACK: _("Attendance no longer marked"),
        Deed.WALK_IN_ADDED: _("Added as present"),
    }[Deed(deed)]
