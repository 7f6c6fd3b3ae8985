"""Why a mail came back or waits, in words: from the status code of RFC 3463, or the reply code before it."""

import re

from flask_babel import gettext as _

from webinars.outbox.identity import BOUNCES

# "5.1.1 words" as reports say it, "550 5.1.1 words" and "550 words" as servers answer
_KEPT = re.compile(r"(?:(?P<reply>[45])\d\d(?:[ -]|$))?(?P<status>[245]\.\d{1,3}\.\d{1,3}(?!\.?\d))?")
# no such mailbox, no such domain, no address at all, moved away, a domain that takes no mail
WRONG_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")


def reason_words(kept: str) -> str:
    """A sentence for what is kept of a mail: a status code, a reply code, or both, then the server's own words."""
    return _of_status(status_of(kept)) or _("the receiving server refuses it.")


def status_of(kept: str) -> str:
    """The status code that what is kept begins with; empty when it begins with none, and no server has said it."""
    found = _KEPT.match(kept.removeprefix("address marked: "))
    if found is None:
        return ""
    return found["status"] or (f"{found['reply']}.0.0" if found["reply"] else "")


def is_wrong_address(kept: str) -> bool:
    """Whether a server says that the recipient's address is wrong, and not ours, the mailbox or the message.

    A reply code alone does not say so, nor does a code further on in the words: it may be quoted.
    """
    is_about_us = f"{BOUNCES}+" in kept.lower()  # a server that asks whether our own address exists
    is_for_now = kept.startswith("4")  # the reply code wins over what stands behind it
    return status_of(kept) in WRONG_ADDRESS and not is_about_us and not is_for_now


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
