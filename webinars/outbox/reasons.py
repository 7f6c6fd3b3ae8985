"""Why a mail came back or waits, in words."""

from flask_babel import gettext as _

from webinars.outbox.queue.status_codes import status_of


def reason_words(kept: str) -> str:
    """A sentence for what is kept of a mail: a status code, a reply code, or both, then the server's own words."""
    return _of_status(status_of(kept)) or _("the receiving server refuses it.")


def _of_status(status: str) -> str:
    for beginning, words in _sentences():
        if f"{status}.".startswith(beginning):
            return words
    return ""


def _sentences() -> tuple[tuple[str, str], ...]:
    """Beginnings of status codes, the longer ones first."""
    return (
        ("5.1.1.", _("there is no such address.")),
        ("5.1.10.", _("there is no such address.")),
        ("5.1.2.", _("there is no such domain, or it takes no mail.")),
        ("5.1.3.", _("this is no address that mail can be sent to.")),
        ("5.1.6.", _("the mailbox has moved away and left no address behind.")),
        ("5.1.7.", _("the receiving server refuses our own address.")),
        ("5.1.8.", _("the receiving server refuses our own address.")),
        ("5.2.2.", _("the mailbox is full.")),
        ("4.2.2.", _("the mailbox is full.")),
        ("5.2.3.", _("the message is too large for the receiving server.")),
        ("5.2.", _("the mailbox takes no mail at present.")),
        ("5.3.4.", _("the message is too large for the receiving server.")),
        ("5.4.4.", _("no way to the receiving server was found.")),
        ("5.7.", _("a rule of the receiving server refuses it.")),
        ("4.4.", _("the receiving server could not be reached.")),
        ("4.", _("the receiving server takes no mail from us at the moment.")),
    )
