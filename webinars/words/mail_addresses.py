"""Whom mail reaches, as the wire can carry it."""

import re
from dataclasses import dataclass

from email_validator import validate_email

from webinars.words.text import wire_name

BOUNCES = "bounces"  # the mailbox returned mail comes to; after the + stands the mail it is about
_ASCII_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address; the address can stand on the wire as it is."""

    name: str
    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", wire_name(self.name))
        object.__setattr__(self, "address", wire_address(self.address))


def wire_address(address: str) -> str:
    """The address in ASCII, its domain in punycode; a local part outside ASCII is refused."""
    if _ASCII_ADDRESS.fullmatch(address):
        return address
    checked = validate_email(address, check_deliverability=False, globally_deliverable=False)
    if checked.ascii_email is None:
        raise ValueError(f"no mail can be sent to {address!r}: its local part is not ASCII")
    return checked.ascii_email


def wire_domain(domain: str) -> str:
    """The domain in lower-case ASCII."""
    return wire_address(f"a@{domain}").removeprefix("a@").lower()
