"""What the contact of a cycle gets: a person's letter, quoted as plain text."""

from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinars.cycles.models import Cycle
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration.letters import letterhead
from webinars.registration.models import Registration
from webinars.replies.models import Incoming
from webinars.replies.parser.mime import TEXT
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db
from webinars.web.links import outward
from webinars.words.text import unlinked


def write_forwarded_letter(email: Email, _batch: Batch) -> EmailMessage:
    """A letter with who wrote it and what they are registered for; raises ReasonGone once it is handled."""
    incoming = _letter(email)
    cycle = incoming.cycle
    if cycle is None or email.recipient != cycle.contact_address:
        raise ReasonGone
    registrant = incoming.registrant
    return letterhead.note_to_contact(
        email,
        cycle,
        holds_winmail=incoming.verdict is Verdict.WINMAIL,
        has_text=bool(incoming.excerpt),
        lines=[unlinked(line) for line in incoming.excerpt.splitlines() if line.strip()],
        is_cut=len(incoming.excerpt) >= TEXT,
        sender=incoming.sender,
        letter_subject=unlinked(incoming.subject),
        registered_as=f"{unlinked(registrant.name)} ({registrant.email or ''})" if registrant else "",
        session=incoming.registration.session if incoming.registration else None,
        tray_link=outward("replies.answers", org=cycle.organisation.slug, slug=cycle.slug),
    )


def _letter(email: Email) -> Incoming:
    incoming = db.session.scalar(
        select(Incoming)
        .where(Incoming.id == email.about_id)
        .options(
            joinedload(Incoming.cycle).joinedload(Cycle.organisation),
            joinedload(Incoming.registrant),
            joinedload(Incoming.registration).joinedload(Registration.session),
        )
    )
    if incoming is None or incoming.handled_at is not None:
        raise ReasonGone
    return incoming
