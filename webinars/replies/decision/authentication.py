"""What our own mail server found out about a sender (RFC 8601); what others wrote is worth nothing."""

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_DMARC_FAILS = re.compile(r";\s*dmarc\s*=\s*fail\b", re.IGNORECASE)


def has_failed_dmarc(values: Sequence[str], authserv_id: str) -> bool:
    """Whether any line of that server says so; never without a server's name.

    No line is cut: who writes many signatures into a message would push the word out of sight.
    """
    if not authserv_id:
        return False
    for value in values:
        plain = _COMMENT.sub(" ", value)
        words = plain.partition(";")[0].split()
        if words and words[0].lower() == authserv_id.lower() and _DMARC_FAILS.search(plain):
            return True
    return False
