"""Why a mail came back, in words: from the status code of RFC 3463 and what the server said."""

import re

from flask_babel import gettext as _

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


def reason_words(kept: str) -> str:
    """A sentence for what is kept of a returned mail: a status code, then the server's own words."""
    found = _STATUS.match(kept.removeprefix("address marked: "))
    status = found.group() if found else ""
    return _of_status(status) or _("the receiving server refuses it.")


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
        ("4.", _("the receiving server could not be reached.")),
    )
