"""What the contact of a cycle gets: a person's letter, quoted as plain text."""

from email.message import EmailMessage

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webinars.cycles.models import Cycle, Session
from webinars.outbox.composition.batch import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration.letters import letterhead
from webinars.registration.models import Registrant, Registration
from webinars.replies.models import Incoming
from webinars.replies.parser.mime import TEXT
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db
from webinars.web.links import outward
from webinars.words.dates import date_words
from webinars.words.text import unlinked


def write_forwarded_letter(email: Email, _batch: Batch) -> EmailMessage:
    """A letter with who wrote it and what they are registered for; raises ReasonGone once it is handled."""
    incoming = _letter(email)
    cycle = incoming.cycle
    if cycle is None or email.recipient != cycle.contact_address:
        raise ReasonGone
    registrant = db.session.get(Registrant, incoming.details.get("registrant") or 0)
    with force_locale(email.language):
        return letterhead.note_to_contact(
            email,
            cycle,
            title=_("Somebody has written to the mailbox of the cycle"),
            opening=_opening(incoming),
            lines=[unlinked(line) for line in incoming.excerpt.splitlines() if line.strip()],
            is_cut=len(incoming.excerpt) >= TEXT,
            facts=_facts(incoming, registrant),
            how_to_answer=_how_to_answer(incoming),
            tray_link=outward("replies.answers", org=cycle.organisation.slug, slug=cycle.slug),
        )


def _letter(email: Email) -> Incoming:
    incoming = db.session.scalar(
        select(Incoming)
        .where(Incoming.id == email.about_id)
        .options(
            joinedload(Incoming.cycle).joinedload(Cycle.organisation),
            joinedload(Incoming.registration).joinedload(Registration.session),
        )
    )
    if incoming is None or incoming.handled_at is not None:
        raise ReasonGone
    return incoming


def _opening(incoming: Incoming) -> str:
    if incoming.verdict is Verdict.WINMAIL:
        return _(
            "The letter holds a file named winmail.dat, which only Outlook reads: an answer to an invitation may "
            "be in it. Ask the person to answer again from their calendar."
        )
    if not incoming.excerpt:
        return _("The letter has no text that can be shown here.")
    return _("This letter is no answer of a calendar, so nothing was changed. It says:")


def _facts(incoming: Incoming, registrant: Registrant | None) -> list[tuple[str, str]]:
    sender = incoming.sender or _("not readable")
    facts = [(_("Written from"), sender), (_("Subject"), unlinked(incoming.subject) or _("none"))]
    if registrant is not None:
        facts.append((_("Registered as"), f"{unlinked(registrant.name)} ({registrant.email or ''})"))
    if incoming.registration is not None:
        facts.append((_("Session"), _session_words(incoming.registration.session)))
    return facts


def _session_words(session: Session) -> str:
    if not session.is_dated:
        return session.title
    return f"{session.title}, {date_words(session.local_start)}"


def _how_to_answer(incoming: Incoming) -> str:
    return _(
        "To answer, write to %(address)s: an answer to this message comes back to the mailbox. "
        "The address may have been written by anybody.",
        address=incoming.sender or _("the person"),
    )
