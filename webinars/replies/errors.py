"""What may stand between us and a mailbox."""


class SourceUnreachable(Exception):
    """The mailbox cannot be read now; nothing is lost, it is read the next time."""
