"""Which modules a use case goes through, and how often it comes back to one."""

import re
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tests.rules.sources import PACKAGE

_ACTS = re.compile(r"[/_](actions|routes)\.py$")
POSTGRESQL_ALONE = {"storage/connection_watch.py"}
Call = tuple[str, str, str]  # the module that calls, its function, and the function it calls


class Trace:
    """What was called while it was watching; a call in a loop counts once."""

    def __init__(self) -> None:
        self.functions: dict[str, set[str]] = defaultdict(set)
        self.entries: dict[str, set[Call]] = defaultdict(set)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Notes every function of the package that is called inside, in this thread and those that it starts."""
        before = sys.getprofile()
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(before)
            threading.setprofile(None)  # type: ignore[arg-type]

    @property
    def modules(self) -> list[str]:
        """The modules entered, below the package's folder; the same on both databases."""
        return sorted(self.functions.keys() - POSTGRESQL_ALONE)

    def entered_often(self, most: int) -> dict[str, list[Call]]:
        """Modules of actions and of views that others enter at more places than so many."""
        return {
            module: sorted(calls)
            for module, calls in sorted(self.entries.items())
            if _ACTS.search(module) and len(calls) > most
        }

    def __str__(self) -> str:
        return "\n".join(f"{module}: {', '.join(sorted(self.functions[module]))}" for module in self.modules)

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        module = _module_of(frame)
        if event != "call" or module is None:
            return
        called = frame.f_code.co_name
        self.functions[module].add(called)
        caller = frame.f_back
        while caller is not None and _module_of(caller) is None:
            caller = caller.f_back
        here = "" if caller is None else _module_of(caller) or ""
        if here != module and not called.startswith("<"):  # a lambda is read where it is written
            by = "" if caller is None else caller.f_code.co_name
            self.entries[module].add((here, by, called))


def _module_of(frame: FrameType) -> str | None:
    path = Path(frame.f_code.co_filename)
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else None
