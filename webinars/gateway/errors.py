"""Why a request does not come as far as the application."""

from enum import StrEnum


class RefusalReason(StrEnum):
    """What was in the way; the word stands in the log."""

    LARGE = "too large"
    SLOW = "too slow"
    MANY = "too many open"
    CUT = "broken off"
    FULL = "disk full"
    BUSY = "busy"
    STOPPING = "stopping"
    FAULT = "fault"


class RequestRefused(Exception):
    """The request is answered at the door."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason = reason
