"""Whose browser session a form was made in: its token says so, also once the session has ended.

By specification/security, rule 22b.
"""

import re

_OWNER = re.compile(r"[0-9a-f]{40}\.([0-9]{1,19})")


def token_of(secret: str, account: int) -> str:
    """What the forms of a browser session are told by: a secret of forty hexadecimal digits, and whose session it is."""
    return f"{secret}.{account}"


def owner_of(token: str) -> int | None:
    """The account whose session it is; None for what is no such token."""
    found = _OWNER.fullmatch(token)
    return int(found[1]) if found else None
