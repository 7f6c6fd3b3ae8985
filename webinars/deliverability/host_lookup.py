"""Learns in advance whose mail is read at Google's, so that nobody who restores a session waits for DNS."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from webinars.cycles.models import Session
from webinars.cycles.states import SessionState
from webinars.deliverability.domain import DnsResolver, NoDnsResponse
from webinars.invitations.models import GOOGLE, MailHost
from webinars.outbox.identity import domain_of
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.database import only_reading
from webinars.storage.extensions import db

AT_ONCE = 20  # domains asked about at a time
STALE = timedelta(days=30)
SILENT = timedelta(hours=1)  # after which DNS is asked again where it gave no answer
_SERVERS = (".google.com", ".googlemail.com")


def learn(now: datetime, names: DnsResolver | None = None) -> int:
    """Asks DNS about the domains of those whose calendars may hold a cancelled entry; says about how many.

    No transaction is open meanwhile; the first question without a response ends the round.
    """
    with only_reading():
        wanted = _wanted(now)
        db.session.rollback()
    found = _exist(wanted[:AT_ONCE], names or DnsResolver())
    for domain, is_google in found.items():
        db.session.merge(MailHost(domain=domain, is_google=is_google, asked_at=now))
    return len(found)


def are_google_s(servers: Iterable[str]) -> bool:
    """Whether one of these mail servers, as DNS names them, is Google's."""
    return any(f".{server.rstrip('.').lower()}".endswith(_SERVERS) for server in servers)


def _exist(domains: Iterable[str], names: DnsResolver) -> dict[str, bool | None]:
    found: dict[str, bool | None] = {}
    for domain in domains:
        try:
            found[domain] = are_google_s(names.mail_servers(domain))
        except NoDnsResponse:
            found[domain] = None
            break
    return found


def _wanted(now: datetime) -> list[str]:
    """Domains of people of sessions to come who were told, or will be, that they do not take part."""
    cancelled = or_(
        Session.state == SessionState.CANCELLED,
        Registration.state == RegistrationState.CANCELLED,
    )
    addresses = (
        select(Registrant.email_key)
        .join(Registration, Registration.registrant_id == Registrant.id)
        .join(Session, Session.id == Registration.session_id)
        .where(Session.starts_at > now, Registration.invitation_id.is_not(None), cancelled)
        .distinct()
    )
    domains = {domain_of(address) for address in db.session.scalars(addresses) if address}
    known = select(MailHost.domain).where(
        or_(
            MailHost.asked_at > now - SILENT,
            MailHost.is_google.is_not(None) & (MailHost.asked_at > now - STALE),
        )
    )
    return sorted(domains - GOOGLE - set(db.session.scalars(known)))
