"""In whose name invitations leave: the instance's own read mailbox."""

from flask import current_app

from config import Settings


def organizer_address() -> str:
    """The address that stands as ORGANIZER and in From of whatever is invited from now on."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail_from


def organizer_domain() -> str:
    """The domain in which identities of messages and calendar objects are made."""
    return organizer_address().rpartition("@")[2]
