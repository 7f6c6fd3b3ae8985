"""Why a message waits, and what to do about it, in sentences."""

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _

from webinars.cycles.models import Session
from webinars.invitations.models import Invitation, InvitationAnswer
from webinars.outbox.reasons import reason_words
from webinars.replies.models import Incoming
from webinars.replies.parser.itip import address_of
from webinars.replies.verdicts import Verdict
from webinars.words.dates import moment_words


def reason(incoming: Incoming) -> str:
    """Why the message waits for a person."""
    if incoming.verdict is Verdict.RETURNED:
        return _("Mail comes back: %(why)s", why=reason_words(incoming.details.get("reason", "")))
    return {
        Verdict.OTHER_SENDER: _("An answer for this registration came from another address."),
        Verdict.FORWARDED: _("The invitation was passed on, and somebody who is not registered answered."),
        Verdict.WISH: _("Another time is wished for. Nothing was moved."),
        Verdict.LETTER: _("A person has written."),
        Verdict.FAILED_DMARC: _(
            "Our mail server says that this message does not come from the address it names (DMARC)."
        ),
        Verdict.FOREIGN_ORGANIZER: _("An answer for this registration names another organiser than us."),
        Verdict.UNKNOWN_UID: _(
            "A calendar answered a mail of ours, but for an entry that is none of our invitations."
        ),
        Verdict.CHALLENGE: _("This mailbox asks for a proof: write to the person."),
        Verdict.WINMAIL: _("A letter with winmail.dat, which only Outlook reads; an answer may be in it."),
        Verdict.WRONG_METHOD: _("The message holds a calendar file that is no answer."),
        Verdict.OTHER_REPORT: _(
            "A delivery report says that mail to this address comes back, but nothing in it proves that it is about a mail of ours."
        ),
        **_unread_words(),
    }.get(incoming.verdict, incoming.verdict.value)


def _unread_words() -> dict[Verdict, str]:
    """Why a message was not read."""
    return {
        Verdict.UNREADABLE: _("The calendar in the message, or the message itself, cannot be read."),
        Verdict.TOO_BIG: _("The message is larger than 2 MB and was not opened."),
        Verdict.TOO_MANY_PARTS: _("The message has more than 50 parts and was not opened."),
        Verdict.NOT_READ: _("The message could not be read in two tries. It was set aside unread."),
        Verdict.TOO_SLOW: _(
            "Reading the message would take longer than any mail does. It was set aside unread."
        ),
        Verdict.TOO_HEAVY: _(
            "Reading the message would take more memory than any mail does. It was set aside unread."
        ),
        Verdict.NOT_GIVEN: _(
            "The mailbox names a message that it does not let us read. The others were read."
        ),
    }


def advice(incoming: Incoming) -> str:
    """What to do about it."""
    if incoming.verdict is Verdict.RETURNED:
        return _("No further mail goes to this address until it is corrected or said to be right.")
    if incoming.verdict in (Verdict.LETTER, Verdict.WINMAIL):
        if incoming.details.get("handed_on"):
            return _("The letter was handed on to the contact of the cycle.")
        return _("Answer from your own mailbox if it needs an answer.")
    if incoming.verdict in (Verdict.NOT_READ, Verdict.TOO_SLOW, Verdict.TOO_HEAVY):
        return _(
            "Open it in the mailbox with care: such messages are made to do harm more often than by mistake."
        )
    return _advice(incoming.verdict) or _("Open the mailbox and read the message there.")


def _advice(verdict: Verdict) -> str:
    return {
        Verdict.OTHER_SENDER: _("Ask the registered person what holds: their answer was not changed."),
        Verdict.FORWARDED: _(
            "Nothing was changed. Send the address of the cycle’s page to whoever wants to come."
        ),
        Verdict.FAILED_DMARC: _(
            "Nothing was changed and nobody was answered. Ask the person at the address you know, and open no link in it."
        ),
        Verdict.FOREIGN_ORGANIZER: _("Nothing was changed. Ask the registered person what holds."),
        Verdict.UNKNOWN_UID: _("Nothing was changed. Ask the person what holds."),
        Verdict.CHALLENGE: _(
            "It keeps our mail back until whoever wrote proves to be a person, which no machine can do. Ask the person from your own mailbox to let our address in. This is said once for each address."
        ),
        Verdict.WISH: _("Answer the person, or move the session for everybody."),
        Verdict.OTHER_REPORT: _(
            "Nothing was marked or counted, mail still goes there. If it repeats, ask the person for the right address."
        ),
    }.get(verdict, "")


def sent_by(answer: InvitationAnswer, invitation: Invitation) -> str:
    """The address an answer came from, where it is not the invitee's; else empty."""
    return "" if address_of(answer.sender) == address_of(invitation.attendee) else answer.sender


def wished_hour(incoming: Incoming, session: Session | None) -> str:
    """The day and hour somebody wishes for, on the session's clock; empty when not said."""
    text = incoming.details.get("wish", "")
    if not text or session is None:
        return ""
    at = datetime.fromisoformat(text)
    try:
        return moment_words(at.astimezone(session.zone) if at.tzinfo else at)
    except OverflowError:  # the last hours of the year 9999
        return ""


def reason_in_english(incoming: Incoming) -> str:
    """Why it waits, for the command line."""
    with force_locale("en"):
        return reason(incoming)
