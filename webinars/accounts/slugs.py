"""How names become addresses."""

from collections.abc import Collection

from slugify import slugify

from webinars.words.text import normal

# the first part of addresses that are not an organisation's
RESERVED = frozenset(
    [
        "accent",
        "accessibility",
        "account",
        "admin",
        "api",
        "assets",
        "checkin",
        "checkins",
        "calendar",
        "contact",
        "demonstration",
        "embed",
        "entry",
        "favicon.ico",
        "feed",
        "figures",
        "forgotten-password",
        "health",
        "help",
        "join",
        "unsubscribe",
        "legal",
        "login",
        "logout",
        "mail",
        "mailbox",
        "me",
        "metrics",
        "new",
        "organise",
        "password",
        "pictures",
        "privacy",
        "robots.txt",
        "search",
        "session",
        "sessions",
        "settings",
        "set-password",
        "sign-in",
        "sign-out",
        "signed-out",
        "sign-up",
        "static",
        "unsubscribe",
        "well-known",
        "www",
    ]
)
# what stands beside cycles and sessions in the addresses of an organisation
RESERVED_INSIDE = frozenset(
    [
        "add",
        "calendar",
        "cycles",
        "embed",
        "feed",
        "figures",
        "likely-domain",
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
# an article and its noun are two words, and so are a number's parts; the sign of degrees is that of « n° »
_APART = (("’", " "), ("ʼ", " "), (",", " "), ("°", " "))


def slug_of(name: str, *, limit: int = 60) -> str:
    """The name in lower-case ASCII with hyphens, cut between words; empty when nothing can be kept."""
    return slugify(
        normal("NFKD", name),  # in linear time
        entities=False,
        decimal=False,
        hexadecimal=False,
        max_length=limit,
        word_boundary=True,
        save_order=True,
        replacements=_APART,
        replacement_stage="pre",
        backend="anyascii",
        algorithm="modern",
    )


def free_slug(
    name: str,
    taken: Collection[str],
    *,
    reserved: Collection[str] = RESERVED,
    limit: int = 60,
    otherwise: str = "page",
) -> str:
    """The name as an address nobody has yet: numbered when it must be; `otherwise` stands in for one without letters."""
    slug = first = slug_of(name, limit=limit - 4) or otherwise
    number = 2
    while slug in taken or slug in reserved:
        slug, number = f"{first}-{number}", number + 1
    return slug
