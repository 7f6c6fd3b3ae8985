"""Bodies of requests, gathered on the event loop: however slowly one comes, it holds no thread."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, Coroutine
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar, cast

from webinars.gateway.errors import RefusalReason, RequestRefused

IN_MEMORY = 64 * 1024  # what is longer is kept on disk
DRAIN_SECONDS = 30.0
DRAIN_BYTES = 100 * 1024 * 1024

Value = TypeVar("Value")


class BodyReader:
    """Gathers bodies, at most so many at a time, and so many of one client.

    Whoever sends at once is let in whatever others do: a body counts from `prompt` seconds on.
    """

    def __init__(self, folder: Path, *, most: int, per_client: int, prompt: float) -> None:
        self._folder = folder
        self._most = most
        self._per_client = per_client
        self._prompt = prompt
        self._open: Counter[str] = Counter()
        self._reading: set[asyncio.Task[Any]] = set()
        self._stopping = False

    async def gather(
        self, chunks: AsyncIterable[bytes], *, declared: int | None, limit: int, seconds: float, client: str
    ) -> IO[bytes]:
        """The whole body as a file, at its beginning; raises Refused, and then nothing of it is kept."""
        if declared is not None and declared > limit:
            raise RequestRefused(RefusalReason.LARGE)
        reading = _read(chunks, self._folder, declared=declared, limit=limit)
        return await self._finished(reading, client, seconds)

    async def drain(self, chunks: AsyncIterable[bytes], *, client: str) -> None:
        """Lets somebody who sends too much come to an end, in bounds: browsers read an answer only then."""
        with suppress(RequestRefused):
            await self._finished(_discard(chunks), client, DRAIN_SECONDS)

    async def _finished(self, work: Coroutine[Any, Any, Value], client: str, seconds: float) -> Value:
        reading = asyncio.ensure_future(work)
        self._reading.add(reading)
        if self._stopping:
            reading.cancel()
        try:
            await asyncio.wait({reading}, timeout=min(self._prompt, seconds))
            if not reading.done():
                await self._wait(reading, client, seconds - self._prompt)
            if not reading.done():
                raise RequestRefused(RefusalReason.SLOW)
            return reading.result()
        except asyncio.CancelledError:
            raise RequestRefused(RefusalReason.STOPPING) from None
        finally:
            reading.cancel()
            self._reading.discard(reading)

    async def _wait(self, reading: asyncio.Task[Any], client: str, seconds: float) -> None:
        if self._open[client] >= self._per_client or self._open.total() >= self._most:
            raise RequestRefused(RefusalReason.MANY)
        self._open[client] += 1
        try:
            await asyncio.wait({reading}, timeout=max(0.0, seconds))
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def stop(self) -> None:
        """Gives up the bodies that are open, and takes no further ones."""
        self._stopping = True
        for reading in self._reading:
            reading.cancel()


async def _read(chunks: AsyncIterable[bytes], folder: Path, *, declared: int | None, limit: int) -> IO[bytes]:
    body = SpooledTemporaryFile(IN_MEMORY, dir=str(folder))  # noqa: SIM115 — open for whoever asked
    try:
        length = await _copy(chunks, body, limit=limit)
        if declared not in (None, length):
            raise RequestRefused(RefusalReason.CUT)  # noqa: TRY301
        body.seek(0)
    except BaseException as error:
        with suppress(OSError):  # closing fails again on a full disk
            body.close()
        if isinstance(error, OSError):
            raise RequestRefused(RefusalReason.FULL) from None
        raise
    return cast("IO[bytes]", body)


async def _copy(chunks: AsyncIterable[bytes], body: SpooledTemporaryFile[bytes], *, limit: int) -> int:
    length = ends = 0
    async for chunk in chunks:
        length += len(chunk)
        ends += not chunk
        if length > limit:
            raise RequestRefused(RefusalReason.LARGE)
        body.write(chunk)
    if ends != 1:  # the server says an end by one empty chunk; one more means that it broke off
        raise RequestRefused(RefusalReason.CUT)
    return length


async def _discard(chunks: AsyncIterable[bytes]) -> None:
    length = 0
    async for chunk in chunks:
        length += len(chunk)
        if length > DRAIN_BYTES:
            return
