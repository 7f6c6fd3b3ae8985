"""A real mail with a calendar to one address: written and sent as all others are, kept nowhere."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_babel import gettext as _

from config import Settings
from webinars import clock
from webinars.invitations.actions import new_uid
from webinars.invitations.calendar import CalendarEntry, SessionFacts, request_calendar
from webinars.outbox.composition.message import MailHeading, calendar_message, message_bytes
from webinars.outbox.errors import BrokenOff, Unreachable
from webinars.outbox.identity import bounce_address, mail_domain, mail_from, new_bounce_token, new_message_id
from webinars.outbox.smtp import MailServer
from webinars.outbox.transport import AttemptVerdict, Parcel, ServerReply, Transport
from webinars.outbox.worker import way_out
from webinars.words.mail_addresses import Mailbox

SECONDS = 60.0  # for the one dialogue

mail = AppGroup("mail", help="The way mail leaves by.")


@mail.command("test")
@click.argument("address")
def test(*, address: str) -> None:
    """Send ADDRESS one real mail with a calendar, and print what the mail server answers.

    It passes by what waits, and leaves while mail is held back, too.
    """
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    try:
        recipient = Mailbox("", address)
    except ValueError as error:
        raise click.ClickException(f"{address} is no address that mail can be sent to: {error}") from None
    message = _written(recipient, settings, now=now)
    parcel = Parcel(
        sender=bounce_address(new_bounce_token(), mail_domain()),
        recipient=recipient.address,
        message_id=message["Message-ID"],
        content=message_bytes(message),
        queued_at=now,
    )
    _report(way_out(settings), parcel, settings)


def _written(recipient: Mailbox, settings: Settings, *, now: datetime) -> EmailMessage:
    with force_locale(settings.language):
        summary = _("Test of the invitations")
        words = _(
            "This mail was sent by the site %(address)s to see whether its invitations arrive. If it came with buttons to accept or to decline, all is well; you may delete the entry.",
            address=settings.public_url,
        )
    sender = Mailbox("", mail_from())
    calendar = request_calendar(
        _tomorrow(summary, settings, now=now),
        CalendarEntry(new_uid(mail_domain()), 0, now, description=words),
        organizer=sender,
        attendee=recipient,
    )
    identity = new_message_id(mail_domain())
    heading = MailHeading(sender, recipient, summary, identity, now, settings.language)
    return calendar_message(heading, text=f"{words}\n", html=f"<p>{words}</p>\n", calendar=calendar)


def _tomorrow(summary: str, settings: Settings, *, now: datetime) -> SessionFacts:
    starts_at = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    return SessionFacts(
        summary=summary,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=15),
        zone=settings.timezone,
        created_at=now,
        modified_at=now,
        url=settings.public_url,
    )


def _report(way: Transport, parcel: Parcel, settings: Settings) -> None:
    try:
        way.open()
        reply = way.send(parcel, seconds=SECONDS)
        said = way.dialogue.heard_words if isinstance(way, MailServer) and way.dialogue is not None else ""
    except (BrokenOff, Unreachable) as error:
        raise click.ClickException(
            f"The mail server does not take it: {error}. `flask doctor --deploy` says what to look at."
        ) from None
    finally:
        way.close()
    if reply.verdict is not AttemptVerdict.TAKEN:
        raise click.ClickException(_refusal(reply))
    if said:
        click.echo(f"The mail server took it: {said}")
        click.echo("Look whether it arrives, where, and whether it offers to accept and to decline.")
    else:
        click.echo(f"No mail server is set: it lies in {settings.mail_folder}")


def _refusal(reply: ServerReply) -> str:
    if reply.verdict is AttemptVerdict.NO_REPLY:
        return f"It was handed over, and no answer came ({reply.words}): it may have left all the same."
    kind = "puts it off" if reply.verdict is AttemptVerdict.LATER else "refuses it"
    return f"The mail server {kind}: {reply.words}"
