"""A message as one person gets it."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from webinars.cycles.models import Cycle, Session
from webinars.messages import queries
from webinars.messages.audience import is_in
from webinars.messages.letters.placeholders import PLACEHOLDERS, fill_html, fill_line, fill_links
from webinars.messages.models import Message
from webinars.outbox.composition.message import Batch
from webinars.outbox.errors import ReasonGone
from webinars.outbox.models import Email
from webinars.registration import links, session_words
from webinars.registration.letters.letterhead import letter, texts
from webinars.registration.models import Registrant
from webinars.registration.queries import registrant_for_mail
from webinars.web.links import outward
from webinars.words.languages import language
from webinars.words.markdown import render_markdown, text_with_addresses
from webinars.words.text import quoted

_MARKED = Markup("<mark>{}</mark>")


def write_message(email: Email, _batch: Batch) -> EmailMessage:
    """The message to one person of the group; raises ReasonGone when they have left it since."""
    message = queries.message_for_mail(email.details["message"])
    registrant = registrant_for_mail(email.about_id)
    if message is None or registrant is None:
        raise ReasonGone
    if not is_in(registrant, message.audience, now=email.created_at):
        raise ReasonGone
    with force_locale(email.language):
        written = _written(message, registrant, my_page=links.me_link(registrant))
        return letter(email, registrant, can_be_silenced=True, **written)


def write_message_test(email: Email, _batch: Batch) -> EmailMessage:
    """The same to an organiser, with their own name and links that open nobody's page."""
    message = queries.message_for_mail(email.about_id)
    if message is None:
        raise ReasonGone
    first_name, _blank, last_name = email.details["name"].partition(" ")
    registrant = _nobody(message, first_name=first_name, last_name=last_name)
    with force_locale(email.language):
        page = _nobodys_page()
        written = _written(message, registrant, my_page=page)
        return letter(email, registrant, me_link=page, **written)


def as_read_by(registrant: Registrant, message: Message) -> dict[str, str]:
    """Subject, text and HTML as this person would get them; their personal links are not shown to anybody else."""
    with force_locale(registrant.language):
        page = _nobodys_page()
        return texts(
            queries.KIND,
            registrant,
            message.cycle,
            language=registrant.language,
            me_link=page,
            unsubscribe_link=outward("unsubscribing.page", token=_("personal-link")),
            **_written(message, registrant, my_page=page),
        )


def shown(body: str, cycle: Cycle, session: Session | None) -> str:
    """The organiser's Markdown with our own addresses put in, its other fields as they stand."""
    return fill_links(body, {"page": _page(cycle, session), "my_page": _nobodys_page()})


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """A message while it is written, as one person would read it."""

    reader: Registrant
    is_of_group: bool  # else nobody of it can be written to, and its author stands in
    subject: str
    html: Markup  # what the fields became is marked; those that mean nothing yet are still there


def preview_of(message: Message, *, author: str, now: datetime) -> MessagePreview:
    """The message as the first of its group would read it; it may be neither whole nor kept."""
    reader = next(iter(queries.readers(message.audience, "", now=now)), None)
    first_name, _blank, last_name = author.partition(" ")
    shown_to = reader or _nobody(message, first_name=first_name, last_name=last_name)
    with force_locale(shown_to.language or language()):
        values = _values(message, shown_to, _nobodys_page())
        unfilled = {one.code: one.word for one in PLACEHOLDERS if one.needs_session and not values[one.code]}
        marked = {code: _MARKED.format(value) for code, value in values.items() if value}
        source = fill_links(message.body, values)
        return MessagePreview(
            shown_to,
            reader is not None,
            fill_line(message.subject, {**values, **unfilled}),
            fill_html(render_markdown(source), {**values, **marked, **unfilled}),
        )


def _written(message: Message, registrant: Registrant, *, my_page: str) -> dict[str, Any]:
    """What the templates put in: the organiser's words with those in braces replaced."""
    values = _values(message, registrant, my_page)
    source = fill_links(message.body, values)
    return {
        "title": fill_line(message.subject, values),
        "html": fill_html(render_markdown(source), values),
        "text": fill_line(text_with_addresses(source), values),
    }


def _values(message: Message, registrant: Registrant, my_page: str) -> dict[str, str]:
    cycle, session = message.cycle, message.session
    is_dated = session is not None and session.is_dated
    return {
        "first_name": quoted(registrant.first_name),
        "last_name": quoted(registrant.last_name),
        "organisation": quoted(registrant.structure or ""),
        "cycle": cycle.title,
        "session": session.title if session else "",
        "date": session_words.day(session) if session and is_dated else "",
        "hours": session_words.hours(session) if session and is_dated else "",
        "page": _page(cycle, session),
        "my_page": my_page,
    }


def _page(cycle: Cycle, session: Session | None) -> str:
    return f"{links.cycle_link(cycle)}/{session.slug}" if session else links.cycle_link(cycle)


def _nobody(message: Message, *, first_name: str, last_name: str) -> Registrant:
    """Somebody to write a test for, whom the database never sees."""
    return Registrant(
        cycle=message.cycle,
        public_id="",
        token_version=1,
        first_name=first_name,
        last_name=last_name,
        structure=message.cycle.organisation.name,
    )


def _nobodys_page() -> str:
    return outward("personal.me", token=_("personal-link"))
