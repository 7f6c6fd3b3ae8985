"""What may stand between a mail and its recipient."""


class ReasonGone(Exception):
    """Raised by a writer: what the mail would tell no longer stands, so nothing is sent."""


class Unreachable(Exception):
    """The mail server cannot be spoken to; no mail is to blame and every mail keeps its place."""


class MailRefused(Unreachable):
    """The mail server takes no mail of ours, whoever it is for: we may not sign in, or not write as who we are."""


class ChoreNotDone(Exception):
    """Raised by a chore that has said itself what stood in its way: it counts as not done, and is tried the next period."""


class LeaseLost(Exception):
    """The rows of a batch are another worker's by now: nothing further of it is ours to send."""


class BrokenOff(Exception):
    """The dialogue with the mail server ended before it was given the message; nothing has left."""
