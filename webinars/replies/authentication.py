"""What our own mail server found out about a sender (RFC 8601); what others wrote is worth nothing."""

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_DMARC_FAILS = re.compile(r";\s*dmarc\s*=\s*fail\b", re.IGNORECASE)
LONGEST = 10_000


def has_failed_dmarc(values: Sequence[str], authserv_id: str) -> bool:
    """Whether the first line of that server, the latest first, says so; never without a server's name."""
    if not authserv_id:
        return False
    for value in values:
        plain = _COMMENT.sub(" ", value[:LONGEST])
        words = plain.partition(";")[0].split()
        if words and words[0].lower() == authserv_id.lower():
            return _DMARC_FAILS.search(plain) is not None
    return False
