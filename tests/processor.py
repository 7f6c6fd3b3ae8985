"""How the processor’s time grows with the input: no clock on the wall, so that a busy machine is no fault."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Input = TypeVar("Input")
LINEAR = 15  # times the processor for ten times the input: ASVS 1.2.9
_TRIES = 3
_NOISE = 0.002  # seconds; below, nothing can be compared


def growth(act: Callable[[Input], object], short: Input, long: Input, *, most: float = LINEAR) -> float:
    """How many times what the short input costs the long one costs; measured again where it seems too much."""
    found = [_growth(act, short, long)]
    while min(found) > most and len(found) < _TRIES:
        found.append(_growth(act, short, long))
    return min(found)


def cost(act: Callable[[Input], object], given: Input) -> float:
    """The processor’s seconds; what the collector of memory takes belongs to whatever else is in memory."""
    gc.disable()
    try:
        start = time.thread_time()
        act(given)
        return time.thread_time() - start
    finally:
        gc.enable()


def _growth(act: Callable[[Input], object], short: Input, long: Input) -> float:
    little = max(cost(act, short), _NOISE)
    return cost(act, long) / little
