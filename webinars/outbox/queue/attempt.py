"""What became of one attempt."""

import enum
import re
from dataclasses import dataclass

from webinars.words.text import cut_line

WORDS = 500


class AttemptVerdict(enum.Enum):
    """What the answer means for the mail."""

    TAKEN = enum.auto()
    LATER = enum.auto()  # not now: it is tried again
    NEVER = enum.auto()
    UNANSWERED = enum.auto()  # handed over, but no answer came: it may have left


@dataclass(frozen=True, slots=True)
class ServerReply:
    """The verdict, and the words it was given with."""

    verdict: AttemptVerdict
    words: str = ""


_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
TAKEN = ServerReply(AttemptVerdict.TAKEN)


def answer_of(code: int, words: bytes | str) -> ServerReply:
    """What a server answered with this code."""
    if 200 <= code < 300:
        return TAKEN  # in other words than the usual ones
    verdict = AttemptVerdict.NEVER if code >= 500 else AttemptVerdict.LATER
    return ServerReply(verdict, reply_words(code, words))


def reply_words(code: int, words: bytes | str) -> str:
    """The code and words of a server, as one line that fits in a row; a line with a status code stands first."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    lines = sorted(text.splitlines(), key=lambda line: _STATUS.match(line) is None)
    return cut_line(" ".join([str(code), *lines]), WORDS)
