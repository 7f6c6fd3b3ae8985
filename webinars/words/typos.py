"""Addresses that are probably mistyped: a domain one slip away from one that very many people use."""

# mail domains of people in France and of their colleagues; whole domains, because a slip may be anywhere
COMMON = (
    "gmail.com",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "sfr.fr",
    "laposte.net",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "live.fr",
    "yahoo.fr",
    "yahoo.com",
    "icloud.com",
    "bbox.fr",
    "neuf.fr",
    "numericable.fr",
    "protonmail.com",
    "proton.me",
    "interieur.gouv.fr",
    "social.gouv.fr",
    "justice.gouv.fr",
    "developpement-durable.gouv.fr",
    "anct.gouv.fr",
    "ac-toulouse.fr",
    "francetravail.fr",
    "caissedesdepots.fr",
)
# real domains one slip away from a common one: never called a mistake
REAL = frozenset(
    ["gmx.fr", "gmx.com", "mail.com", "email.com", "ymail.com", "me.com", "live.com", "sfr.com", "orange.com"]
    + [
        f"{name}.{country}"
        for name in ("hotmail", "outlook", "yahoo")
        for country in ("be", "ca", "ch", "de", "es", "it", "lu", "nl", "pt")
    ]
)
# endings people give to names they know
WRONG_ENDINGS = {"gmail.fr": "gmail.com", "laposte.fr": "laposte.net", "wanadoo.com": "wanadoo.fr"}
LONG = 9  # from this length on two slips are forgiven, one slip below


def likely_domain(domain: str) -> str | None:
    """The common domain that was probably meant; None when nothing suggests a slip."""
    domain = domain.lower()
    if domain in COMMON or domain in REAL:
        return None
    if domain in WRONG_ENDINGS:
        return WRONG_ENDINGS[domain]
    from rapidfuzz.distance import OSA  # loaded where a domain is no common one: 2 MB

    best = min(COMMON, key=lambda common: (OSA.distance(domain, common), common))
    slips = OSA.distance(domain, best)
    return best if 0 < slips <= (2 if len(best) >= LONG else 1) else None


def likely_address(address: str) -> str | None:
    """The address that was probably meant; None when nothing suggests a slip."""
    local, _at, domain = address.rpartition("@")
    found = likely_domain(domain)
    return f"{local}@{found}" if found else None
