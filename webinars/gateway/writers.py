"""Requests that change something: they leave a thread to whoever only reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from webinars.gateway.errors import RefusalReason, RequestRefused

WAITING = 500


class Writers:
    """At most so many at once; others wait a while, on the loop. SQLite may keep each for seconds."""

    def __init__(self, most: int, *, seconds: float, waiting: int = WAITING) -> None:
        self._turns = asyncio.Semaphore(most)
        self._seconds = seconds
        self._room = waiting

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn; raises Refused when none comes in time, or too many wait."""
        if not self._room:
            raise RequestRefused(RefusalReason.BUSY)
        self._room -= 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise RequestRefused(RefusalReason.BUSY) from None
        finally:
            self._room += 1
        try:
            yield
        finally:
            self._turns.release()
