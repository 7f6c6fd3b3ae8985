"""Names in addresses: short, readable, free, and never one of our own pages'."""

from collections.abc import Collection

from webinars.accounts import slugs

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
    """A name made from the title that nothing else has, and none of our own pages beside it."""
    return slugs.free_slug(title, taken, reserved=RESERVED, otherwise=otherwise)
