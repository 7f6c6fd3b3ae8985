"""Whom mail is from and for: addresses as they leave, which of them are this instance's own, identities never drawn twice."""

import re
import secrets
import time
from dataclasses import dataclass

from email_validator import validate_email
from flask import current_app

from config import Settings
from webinars.words.addresses import address_key
from webinars.words.text import wire_name

BOUNCES = "bounces"  # the mailbox returned mail comes to; after the + stands the mail it is about
_ASCII_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A person or a service that mail can reach: a name, and an address that can stand on the wire as it is."""

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


def mail_from() -> str:
    """The instance's own address, by the setting of that name: mail leaves from it, answers come to it, and it stands as ORGANIZER."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail_from


def mail_domain() -> str:
    """The domain mail leaves from."""
    return domain_of(mail_from())


def is_ours(key: str) -> bool:
    """Whether an address, as it is compared, is read by the instance: answers go there, or mail returns there."""
    if key == address_key(mail_from()):
        return True
    local, _at, domain = key.rpartition("@")
    return local.partition("+")[0] == BOUNCES and domain == wire_domain(mail_domain())


def domain_of(address: str) -> str:
    """What stands after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def drawn(signs: int = 32) -> str:
    """So many hexadecimal digits never drawn twice: eleven for the present millisecond, four random bits in each other.

    What is drawn one after the other stands together in an index, so that keeping a mail touches few pages.
    """
    return f"{time.time_ns() // 1_000_000:011x}{secrets.token_hex(signs // 2)}"[:signs]


def new_message_id(domain: str) -> str:
    """An identity for one message, never drawn twice."""
    return f"<{drawn()}@{wire_domain(domain)}>"


def new_bounce_token() -> str:
    """What tells a returned mail from all others; survives servers that fold letters to lower case."""
    return drawn()


def bounce_address(token: str, domain: str) -> str:
    """Where the server of the recipient returns one mail to: nobody else shares this address."""
    return f"{BOUNCES}+{token}@{domain}"
