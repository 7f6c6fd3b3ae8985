"""Why a mail came back or waits, in words: from the status code of RFC 3463, or the reply code before it."""

import re

from flask_babel import gettext as _

# "5.1.1 words" as reports say it, "550 5.1.1 words" and "550 words" as servers answer
_KEPT = re.compile(r"(?:(?P<reply>[45])\d\d(?:[ -]|$))?(?P<status>[245]\.\d{1,3}\.\d{1,3})?")


def reason_words(kept: str) -> str:
    """A sentence for what is kept of a mail: a status code, a reply code, or both, then the server's own words."""
    return _of_status(status_of(kept)) or _("the receiving server refuses it.")


def status_of(kept: str) -> str:
    """The status code that what is kept begins with; empty when it begins with none, and no server has said it."""
    found = _KEPT.match(kept.removeprefix("address marked: "))
    if found is None:
        return ""
    return found["status"] or (f"{found['reply']}.0.0" if found["reply"] else "")


def _of_status(status: str) -> str:
    for beginning, words in _sentences():
        if status.startswith(beginning):
            return words
    return ""


def _sentences() -> tuple[tuple[str, str], ...]:
    """Beginnings of status codes, the longer ones first."""
    return (
        ("5.1.7", _("the receiving server refuses our own address.")),
        ("5.1.8", _("the receiving server refuses our own address.")),
        ("5.1.2", _("there is no such domain, or it takes no mail.")),
        ("5.4.4", _("there is no such domain, or it takes no mail.")),
        ("5.2.2", _("the mailbox is full.")),
        ("4.2.2", _("the mailbox is full.")),
        ("5.1.", _("there is no such address.")),
        ("5.2.", _("the mailbox takes no mail at present.")),
        ("5.3.", _("the message is too large for the receiving server.")),
        ("5.7.", _("the receiving server takes our mail for unwanted.")),
        ("4.4.", _("the receiving server could not be reached.")),
        ("4.", _("the receiving server takes no mail from us at the moment.")),
    )
