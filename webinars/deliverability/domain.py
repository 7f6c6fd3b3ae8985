"""Whether receivers can tell that mail in our name is ours: what the sender's domain publishes in DNS.

SPF is RFC 7208, DKIM RFC 6376, DMARC RFC 7489; the domain that governs a subdomain is found by walking up.
"""

import enum
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dns.resolver

RECORDS = ("SPF", "DKIM", "DMARC", "MX")
SECONDS = 2.0  # a question may take; the first that takes longer ends the asking
_SPF = re.compile(r"v=spf1(\s|$)", re.IGNORECASE)
_DMARC = re.compile(r"v=DMARC1\s*(;|$)")
_KEY = re.compile(r"(?:^|;)\s*p\s*=\s*([^;\s]*)")
_POLICY = re.compile(r"(?:^|;)\s*p\s*=\s*(none|quarantine|reject)\b", re.IGNORECASE)


class RecordStanding(enum.StrEnum):
    """What was found."""

    GOOD = "good"
    WEAK = "weak"  # there, but it protects nothing yet
    MISSING = "missing"
    WRONG = "wrong"
    UNKNOWN = "unknown"  # DNS could not be asked


@dataclass(frozen=True, slots=True)
class DomainFinding:
    """One kind of record: where it stands in DNS, what it says, and a code for what follows from it."""

    record: str  # "SPF", "DKIM", "DMARC", "MX"
    name: str
    standing: RecordStanding
    found: str = ""
    code: str = ""


class NoDnsResponse(Exception):
    """DNS gave no answer: nothing is known, which is not the same as nothing being there."""


class DnsResolver:
    """DNS, asked with patience for one unanswered question in all."""

    def __init__(self, resolver: "dns.resolver.Resolver | None" = None) -> None:
        self.resolver = resolver
        self.is_silent = False

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each joined to one; none when there are none. Raises Unasked."""
        return [
            b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT") or ()
        ]

    def exists(self, name: str) -> bool:
        """Whether DNS knows the name at all. Raises Unasked."""
        return self._ask(name, "SOA") is not None

    def mail_servers(self, name: str) -> list[str]:
        """Who takes the mail of a name, as it says itself. Raises Unasked."""
        return [str(record.exchange) for record in self._ask(name, "MX") or ()]

    def _ask(self, name: str, kind: str) -> list[Any] | None:
        """Its records of a kind; None when DNS does not know the name at all."""
        if self.is_silent:
            raise NoDnsResponse
        import dns.exception  # loaded where DNS is asked: 3 MB, and most processes never do
        import dns.resolver

        try:
            resolver = self.resolver or dns.resolver.Resolver()
            return list(resolver.resolve(name, kind, lifetime=SECONDS, search=False))
        except dns.resolver.NXDOMAIN:
            return None
        except dns.resolver.NoAnswer:
            return []
        except (dns.exception.DNSException, OSError) as error:
            self.is_silent = True
            raise NoDnsResponse from error


def examine(domain: str, *, selector: str = "", names: DnsResolver | None = None) -> list[DomainFinding]:
    """What the domain publishes about its mail; each finding stands for itself, unknown where DNS is silent."""
    names = names or DnsResolver()
    try:
        if not names.exists(domain):
            return [
                DomainFinding(record, domain, RecordStanding.UNKNOWN, code="no_domain") for record in RECORDS
            ]
    except NoDnsResponse:
        return [DomainFinding(record, domain, RecordStanding.UNKNOWN, code="silent") for record in RECORDS]
    checks: tuple[Callable[[], DomainFinding], ...] = (
        lambda: spf(domain, names),
        lambda: dkim(domain, selector, names),
        lambda: dmarc(domain, names),
        lambda: mx(domain, names),
    )
    return [_found(record, domain, check) for record, check in zip(RECORDS, checks, strict=True)]


def _found(record: str, domain: str, check: Callable[[], DomainFinding]) -> DomainFinding:
    try:
        return check()
    except NoDnsResponse:
        return DomainFinding(record, domain, RecordStanding.UNKNOWN, code="silent")


def spf(domain: str, names: DnsResolver) -> DomainFinding:
    """Which servers may send for the domain."""
    found = [text for text in names.texts(domain) if _SPF.match(text)]
    if not found:
        return DomainFinding("SPF", domain, RecordStanding.MISSING, code="spf_missing")
    if len(found) > 1:
        return DomainFinding("SPF", domain, RecordStanding.WRONG, " / ".join(found), "spf_twice")
    end = found[0].lower().split()[-1]
    if end in ("+all", "all"):
        return DomainFinding("SPF", domain, RecordStanding.WRONG, found[0], "spf_everybody")
    is_closed = end in ("-all", "~all") or end.startswith("redirect=")
    standing = RecordStanding.GOOD if is_closed else RecordStanding.WEAK
    return DomainFinding("SPF", domain, standing, found[0], "spf_good" if is_closed else "spf_open")


def dkim(domain: str, selector: str, names: DnsResolver) -> DomainFinding:
    """The key our mail server signs with, under the selector it uses."""
    if not selector:
        return DomainFinding("DKIM", "", RecordStanding.UNKNOWN, code="dkim_selector")
    name = f"{selector}._domainkey.{domain}"
    found = names.texts(name)
    if not found:
        return DomainFinding("DKIM", name, RecordStanding.MISSING, code="dkim_missing")
    key = _KEY.search(found[0])
    if key is None or not key.group(1):
        return DomainFinding("DKIM", name, RecordStanding.WRONG, found[0][:80], "dkim_empty")
    return DomainFinding("DKIM", name, RecordStanding.GOOD, found[0][:80], "dkim_good")


def dmarc(domain: str, names: DnsResolver) -> DomainFinding:
    """What receivers do with mail that is not proven ours."""
    for above in _upwards(domain):
        name = f"_dmarc.{above}"
        found = [text for text in names.texts(name) if _DMARC.match(text)]
        if not found:
            continue
        policy = _POLICY.search(found[0])
        if len(found) > 1 or policy is None:
            return DomainFinding("DMARC", name, RecordStanding.WRONG, " / ".join(found), "dmarc_unreadable")
        is_enforced = policy.group(1).lower() != "none"
        standing = RecordStanding.GOOD if is_enforced else RecordStanding.WEAK
        return DomainFinding("DMARC", name, standing, found[0], "dmarc_good" if is_enforced else "dmarc_none")
    return DomainFinding("DMARC", f"_dmarc.{domain}", RecordStanding.MISSING, code="dmarc_missing")


def mx(domain: str, names: DnsResolver) -> DomainFinding:
    """Whether answers and returned mail reach us."""
    if any(server != "." for server in names.mail_servers(domain)):
        return DomainFinding("MX", domain, RecordStanding.GOOD, code="mx_good")
    return DomainFinding("MX", domain, RecordStanding.MISSING, code="mx_missing")


def _upwards(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for first in range(max(1, len(labels) - 1)):
        yield ".".join(labels[first:])
