"""In whose name invitations leave: the instance's own read mailbox."""

from webinars.outbox.composition.address import BOUNCES, wire_domain
from webinars.outbox.composition.identity import mail_domain, mail_from
from webinars.words.addresses import address_key


def organizer_address() -> str:
    """The address that stands as ORGANIZER and in From of whatever is invited from now on."""
    return mail_from()


def is_ours(key: str) -> bool:
    """Whether an address, as it is compared, is read by the instance: answers go there, or mail returns there."""
    if key == address_key(organizer_address()):
        return True
    local, _at, domain = key.rpartition("@")
    return local.partition("+")[0] == BOUNCES and domain == wire_domain(mail_domain())


def organizer_domain() -> str:
    """The domain in which identities of messages and calendar objects are made."""
    return organizer_address().rpartition("@")[2]
