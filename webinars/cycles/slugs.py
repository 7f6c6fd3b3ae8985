"""Names in addresses: short, readable, free, and never one of our own pages'."""

import re
import unicodedata
from collections.abc import Collection

LIMIT = 60
RESERVED = {
    "calendar",
    "cycles",
    "embed",
    "feed",
    "figures",
    "load",
    "new",
    "past",
    "people",
    "register",
    "registered",
    "sessions",
    "settings",
}
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "’": "-", "'": "-"})


def slug_of(title: str) -> str:
    """The title in lower-case letters, digits and hyphens, cut at a word."""
    plain = unicodedata.normalize("NFKD", title.translate(_LIGATURES)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(slug) > LIMIT:
        slug = slug[: LIMIT + 1].rpartition("-")[0] or slug[:LIMIT]
    return slug


def free_slug(title: str, taken: Collection[str], *, otherwise: str) -> str:
    """A name made from the title that nothing else has; `otherwise` stands in for a title without letters."""
    wanted = slug_of(title) or otherwise
    name, number = wanted, 2
    while name in taken or name in RESERVED:
        name, number = f"{wanted}-{number}", number + 1
    return name
