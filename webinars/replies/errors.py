"""What may stand between us and a mailbox, or a message."""

from webinars.replies.verdicts import Verdict


class SourceUnreachable(Exception):
    """The mailbox cannot be read now; nothing is lost, it is read the next time."""


class ParserUnavailable(Exception):
    """This machine runs no further process now; nothing is lost, mail is read the next time."""


class MessageNotRead(Exception):
    """The message cannot be read, or not within its bounds; says which."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
