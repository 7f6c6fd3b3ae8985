"""The application as the server calls it: bodies are gathered on its event loop, then threads answer."""

import asyncio
import signal
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import Context
from io import SEEK_END
from logging import INFO, WARNING
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from flask import Flask
from granian.rsgi import Scope

from config import Settings
from webinars.gateway.bodies import BodyReader
from webinars.gateway.body_limits import BodyTimeouts, is_signed_in, session_cookie, upload_limit
from webinars.gateway.environ import environ_of
from webinars.gateway.error_pages import RefusalPages
from webinars.gateway.errors import RefusalReason, RequestRefused
from webinars.gateway.responses import WrittenResponse, run_application, sweep
from webinars.gateway.server import connections_for
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE
from webinars.web.client import address_behind
from webinars.web.headers import MOST_PARTS
from webinars.web.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol

WAITING = 500


class WriterLimit:
    """At most so many at once; others wait a while, on the loop. SQLite may keep each for seconds."""

    def __init__(self, most: int, *, seconds: float, waiting: int = WAITING) -> None:
        self._permits = asyncio.Semaphore(most)
        self._seconds = seconds
        self._room = waiting

    @asynccontextmanager
    async def permit(self) -> AsyncIterator[None]:
        """A permit; raises Refused when none comes in time, or too many wait."""
        if not self._room:
            raise RequestRefused(RefusalReason.BUSY)
        self._room -= 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._permits.acquire()
        except TimeoutError:
            raise RequestRefused(RefusalReason.BUSY) from None
        finally:
            self._room += 1
        try:
            yield
        finally:
            self._permits.release()


SIGN_EVERY = 2.0
LEFT_OVER = 300.0  # seconds after which a file is nobody's any more

Value = TypeVar("Value")


class Gateway:
    """Gives requests to the application, whole, and each answer to the server, whole."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        times: BodyTimeouts | None = None,
        *,
        show: Callable[[float], None] | None = None,
    ) -> None:
        self._app = app
        self._show = show  # a sign of life, for whoever started this process
        self._proxies = settings.proxies
        self._times = times or BodyTimeouts()
        self._folder = settings.folder / "bodies"
        self._sent: set[Path] = set()  # files the server may still have to open
        self._sweep()
        self._bodies = BodyReader(
            self._folder,
            most=min(settings.web_bodies, connections_for(settings.web_bodies) // 2),
            per_client=settings.web_bodies_per_client,
            prompt=self._times.prompt,
        )
        self._writers = WriterLimit(max(1, settings.web_threads - 1), seconds=self._times.writing)
        self._threads = ThreadPoolExecutor(settings.web_threads, "web")
        self._refusals = RefusalPages(app)
        with app.app_context():
            if db.engine.dialect.name == "postgresql":
                from webinars.storage.connection_watch import limit_questions

                limit_questions(db.engine, settings)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Gives up open bodies as soon as the process is told to stop; the server's own handlers run as well."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._bodies.stop))
            signal.siginterrupt(number, False)  # as the loop has set it
        self._beat(loop)
        loop.call_later(LEFT_OVER, self._sweep)  # what a process killed just now has left, too

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Ends the threads once they have answered; leaves no file."""
        self._threads.shutdown()
        for file in [*self._sent]:
            self._remove(file)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._show is not None:
            self._show(time.monotonic())
            loop.call_later(SIGN_EVERY, self._beat, loop)

    def _sweep(self) -> None:
        sweep(self._folder, before=time.time() - LEFT_OVER)

    async def __rsgi__(self, scope: Scope, protocol: "HTTPProtocol") -> None:
        """Answers one request."""
        environ = environ_of(scope)
        chunks = _chunks(protocol)
        is_whole = True
        try:
            if scope.method in SAFE:
                _without_body(environ)
                await self._respond(environ, protocol)
            else:
                is_whole = await self._bring_body(environ, chunks)
                async with self._writers.permit():
                    await self._respond(environ, protocol)
        except RequestRefused as refused:
            environ["wsgi.input"].close()
            _send(self._refused(refused.reason, environ), protocol)
        if not is_whole:
            await self._bodies.drain(chunks, client=self._client(environ))

    async def _bring_body(self, environ: "WSGIEnvironment", chunks: AsyncIterable[bytes]) -> bool:
        """Puts the body into the environment; of one that is too large only a length, so that its page can tell."""
        is_chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
        declared = None if is_chunked else int(environ.get("CONTENT_LENGTH", 0))
        if declared == 0:
            return True
        limit: int = self._app.config["MAX_CONTENT_LENGTH"]
        seconds, upload = self._times.public, upload_limit(self._app, environ) or 0
        if upload and await self._is_signed_in(environ):
            limit, seconds = upload, self._times.upload
        elif upload:  # who is not signed in is told so, and their file is not read
            limit = MOST_PARTS
        client = self._client(environ)
        try:
            body = await self._bodies.gather(
                chunks, declared=declared, limit=limit, seconds=seconds, client=client
            )
        except RequestRefused as refused:
            if refused.reason is not RefusalReason.LARGE:
                raise
            environ["CONTENT_LENGTH"] = str(max(declared or 0, limit + 1, upload + 1))
            return False
        environ["CONTENT_LENGTH"] = str(body.seek(0, SEEK_END))
        body.seek(0)
        environ["wsgi.input"] = body
        return True

    def _client(self, environ: "WSGIEnvironment") -> str:
        return address_behind(environ, self._proxies)

    def _refused(self, reason: RefusalReason, environ: "WSGIEnvironment") -> WrittenResponse:
        level = INFO if reason is RefusalReason.CUT else WARNING  # people leave pages
        log.log(level, "refused", extra={"facts": {"method": environ["REQUEST_METHOD"], "reason": reason}})
        return self._refusals.response(reason, environ)

    async def _is_signed_in(self, environ: "WSGIEnvironment") -> bool:
        return bool(session_cookie(self._app, environ)) and await self._in_thread(
            lambda: is_signed_in(self._app, environ)
        )

    async def _respond(self, environ: "WSGIEnvironment", protocol: "HTTPProtocol") -> None:
        """Has a thread write the answer and send it, unless its client leaves."""
        loop = asyncio.get_running_loop()
        gone, watching = Event(), list[asyncio.Task[None]]()
        watch = loop.call_later(
            self._times.long, lambda: watching.append(loop.create_task(_left(protocol, gone)))
        )
        try:
            file = await self._in_thread(lambda: self._written(environ, protocol, gone))
        except OSError:
            raise RequestRefused(RefusalReason.FULL) from None
        except Exception:  # noqa: BLE001 — told to whoever waits
            log.exception("fault", extra={"facts": {"method": environ["REQUEST_METHOD"]}})
            raise RequestRefused(RefusalReason.FAULT) from None
        finally:
            watch.cancel()
            for task in watching:
                task.cancel()
        if file is not None:
            loop.call_later(self._times.opened, self._remove, file)

    def _remove(self, file: Path) -> None:
        file.unlink(missing_ok=True)
        self._sent.discard(file)

    def _written(self, environ: "WSGIEnvironment", protocol: "HTTPProtocol", gone: Event) -> Path | None:
        response = run_application(self._app.wsgi_app, environ, folder=self._folder, gone=gone)
        if response is None:
            return None
        if response.file is not None:
            self._sent.add(response.file)
        _send(response, protocol)  # in this thread: on the loop, a long response would keep others waiting
        return response.file

    def _in_thread(self, call: Callable[[], Value]) -> "asyncio.Future[Value]":
        # in a context of its own: ours was copied from the command that started us, with its Flask context
        return asyncio.get_running_loop().run_in_executor(self._threads, Context().run, call)


async def _chunks(protocol: "HTTPProtocol") -> AsyncIterator[bytes]:
    """The pieces of the body as one stream: the server lets them be asked for only once."""
    async for chunk in protocol:
        yield chunk


async def _left(protocol: "HTTPProtocol", gone: Event) -> None:
    await protocol.client_disconnect()
    gone.set()


def _without_body(environ: "WSGIEnvironment") -> None:
    """Nobody waits for what comes with a request that only reads; the server ends such a connection."""
    for name in ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):
        environ.pop(name, None)


def _send(response: WrittenResponse, protocol: "HTTPProtocol") -> None:
    if response.file is None:
        protocol.response_bytes(response.status, response.headers, response.body)
    else:
        protocol.response_file(response.status, response.headers, str(response.file))
