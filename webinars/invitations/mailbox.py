"""A person or a service that an invitation names."""

from webinars.outbox.mailbox import Mailbox

__all__ = ["Mailbox"]
