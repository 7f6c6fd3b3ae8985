"""What the doctor finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from config import Settings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; with a problem, what to do about it; with a warning, what to look at oneself."""

    what: str
    found: str
    problem: str = ""
    warning: str = ""


Check = Callable[[Settings], Iterator[Finding]]
