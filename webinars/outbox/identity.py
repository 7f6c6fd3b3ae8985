"""Under which identity mail leaves this instance."""

import secrets

from flask import current_app

from config import Settings
from webinars.outbox.mailbox import wire_domain


def mail_domain() -> str:
    """The domain mail leaves from: that of the setting mail_from."""
    settings: Settings = current_app.config["SETTINGS"]
    return domain_of(settings.mail_from)


def domain_of(address: str) -> str:
    """What stands after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def new_message_id(domain: str) -> str:
    """An identity for one message, never drawn twice."""
    return f"<{secrets.token_hex(16)}@{wire_domain(domain)}>"


def new_bounce_token() -> str:
    """What tells a returned mail from all others; survives servers that fold letters to lower case."""
    return secrets.token_hex(16)


def bounce_address(token: str, domain: str) -> str:
    """Where the server of the recipient returns one mail to: nobody else shares this address."""
    return f"bounces+{token}@{domain}"
