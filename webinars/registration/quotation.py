"""What a visitor typed, as it may stand in a mail to an address that may not be theirs.

By specification/security, rule 7.
"""

import re

LENGTH = 120

_MAKES_A_LINK = re.compile(r"[.:/@\\](?=[\w/])")


def quoted(typed: str) -> str:
    """The text on one line, at most 120 signs, with nothing that mail programs turn into a link."""
    return unlinked(typed)[:LENGTH].strip()


def unlinked(typed: str) -> str:
    """The text on one line, with nothing that mail programs turn into a link."""
    return _MAKES_A_LINK.sub(r"\g<0> ", " ".join(typed.split())).strip()
