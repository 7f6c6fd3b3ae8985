"""Where a request comes from, as limits count it."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def client_address() -> str:
    """The address of this request's client; of IPv6, the network one customer has (64 bits).

    Forwarded headers count only as far as the configured number of proxies.
    """
    return normal_address(request.remote_addr or "")


def address_behind(environ: "WSGIEnvironment", proxies: int) -> str:
    """The same, of a request that the application has not seen yet."""
    seen = dict(environ)
    if proxies:
        ProxyFix(_nothing, x_for=proxies)(seen, _nothing)  # which writes it into the environment
    return normal_address(seen.get("REMOTE_ADDR", ""))


def _nothing(*_request: Any) -> Any:
    return ()


def normal_address(raw: str) -> str:
    """The address in one spelling, IPv4 out of its IPv6 dress; what is no address stays as it is."""
    try:
        address = ip_address(raw.partition("%")[0])
    except ValueError:
        return raw[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False))
