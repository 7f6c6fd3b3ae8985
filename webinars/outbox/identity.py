"""Which addresses are this instance's own, and the identities of mail, never drawn twice."""

import secrets
import time

from flask import current_app

from config import Settings
from webinars.words.addresses import address_key
from webinars.words.mail_addresses import BOUNCES, wire_domain


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
