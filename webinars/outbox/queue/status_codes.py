"""What a server says by its codes: the status code of RFC 3463, or the reply code before it.

By specification/calendar, section 5.
"""

import re

from webinars.words.mail_addresses import BOUNCES

# "5.1.1 words" as reports say it, "550 5.1.1 words" and "550 words" as servers answer
_KEPT = re.compile(r"(?:(?P<reply>[45])\d\d(?:[ -]|$))?(?P<status>[245]\.\d{1,3}\.\d{1,3}(?!\.?\d))?")
# no such mailbox, no such domain, no address at all, moved away, a domain that takes no mail
WRONG_ADDRESS = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")


def status_of(kept: str) -> str:
    """The status code that what is kept begins with; empty when it begins with none, and no server has said it."""
    found = _KEPT.match(kept.removeprefix("address marked: "))
    if found is None:
        return ""
    return found["status"] or (f"{found['reply']}.0.0" if found["reply"] else "")


def code_of(kept: str) -> str:
    """The status code that a refusal gives, else its reply code; "none" where no server has said it."""
    status = status_of(kept)
    if not status:
        return "none"
    return kept[:3] if status.endswith(".0.0") else status


def is_wrong_address(kept: str) -> bool:
    """Whether a server says that the recipient's address is wrong, and not ours, the mailbox or the message.

    A reply code alone does not say so, nor does a code further on in the words: it may be quoted.
    """
    is_about_us = f"{BOUNCES}+" in kept.lower()  # a server that asks whether our own address exists
    is_for_now = kept.startswith("4")  # the reply code wins over what stands behind it
    return status_of(kept) in WRONG_ADDRESS and not is_about_us and not is_for_now
