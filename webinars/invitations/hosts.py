"""Whose calendar belongs to which mail: Google's takes a cancelled entry away by itself, and may not revive it."""

from collections.abc import Iterable

from sqlalchemy import select

from webinars.invitations.models import MailHost
from webinars.storage.extensions import db

GOOGLE = frozenset(("gmail.com", "googlemail.com"))
_SERVERS = (".google.com", ".googlemail.com")


def at_google(domains: Iterable[str]) -> set[str]:
    """Those of the domains whose mail is known to be read at Google's; DNS is asked by a chore, never here."""
    wanted = set(domains)
    own = wanted & GOOGLE
    if wanted == own:
        return own
    known = select(MailHost.domain).where(
        MailHost.domain.in_(sorted(wanted - own)), MailHost.is_google.is_(True)
    )
    return own | set(db.session.scalars(known))


def are_google_s(servers: Iterable[str]) -> bool:
    """Whether one of these mail servers, as DNS names them, is Google's."""
    return any(f".{server.rstrip('.').lower()}".endswith(_SERVERS) for server in servers)
