"""A name server on loopback that knows what it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
import dns.rrset

from webinars.deliverability.domain import DnsResolver

Zone = dict[tuple[str, str], list[str]]


def answered(question: dns.message.Message, zone: Zone) -> dns.message.Message:
    """What a server that holds just this zone answers."""
    asked = question.question[0]
    name, kind = asked.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(asked.rdtype)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA | dns.flags.RA
    records = zone.get((name, kind))
    if records:
        answer.answer.append(dns.rrset.from_text_list(asked.name, 60, "IN", kind, records))
    elif not any(known == name or known.endswith(f".{name}") for known, _kind in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


@contextmanager
def serving(zone: Zone | None) -> Iterator[DnsResolver]:
    """DNS as this zone has it; None is a server that never answers."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                content, client = server.recvfrom(4096)
                if zone is not None:
                    server.sendto(answered(dns.message.from_wire(content), zone).to_wire(), client)

    threading.Thread(target=serve, daemon=True).start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    try:
        yield DnsResolver(resolver)
    finally:
        server.close()
