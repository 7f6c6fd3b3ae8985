"""Names in addresses: short, readable, free, and never one of our own pages'."""

from collections.abc import Collection

from webinars.accounts.slugs import slug_of

# what stands beside cycles and sessions in addresses
RESERVED = frozenset(
    [
        "add",
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
    ]
)


def free_slug(title: str, taken: Collection[str], *, otherwise: str) -> str:
    """A name made from the title that nothing else has; `otherwise` stands in for a title without letters."""
    wanted = slug_of(title) or otherwise
    name, number = wanted, 2
    while name in taken or name in RESERVED:
        name, number = f"{wanted}-{number}", number + 1
    return name
