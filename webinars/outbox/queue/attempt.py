"""What became of one attempt."""

import enum
import re
from dataclasses import dataclass

from webinars.words.text import cut_line

WORDS = 500


class Verdict(enum.Enum):
    """What the answer means for the mail."""

    TAKEN = enum.auto()
    LATER = enum.auto()  # not now: it is tried again
    NEVER = enum.auto()
    UNANSWERED = enum.auto()  # handed over, but no answer came: it may have left


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, and the words it was given with."""

    verdict: Verdict
    words: str = ""


_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
TAKEN = Answer(Verdict.TAKEN)


def answer_of(code: int, words: bytes | str) -> Answer:
    """What a server answered with this code."""
    if 200 <= code < 300:
        return TAKEN  # in other words than the usual ones
    verdict = Verdict.NEVER if code >= 500 else Verdict.LATER
    return Answer(verdict, reply_words(code, words))


def reply_words(code: int, words: bytes | str) -> str:
    """The code and words of a server, as one line that fits in a row; a line with a status code stands first."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    lines = sorted(text.splitlines(), key=lambda line: _STATUS.match(line) is None)
    return cut_line(" ".join([str(code), *lines]), WORDS)
