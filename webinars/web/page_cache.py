"""Public pages kept for a moment: written once, given to many, the most asked ones before Flask wakes up."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, request
from markupsafe import escape

from config import LANGUAGES, Settings
from webinars.web.compression import compressed, may_compress
from webinars.web.language import chosen_language, preferred
from webinars.web.logs import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.wsgi import ClosingIterator

MOST = 256  # pages kept at a time
OLD_FOR = 5.0  # seconds a page is still given while somebody else writes the next one
LAST_FOR = 300.0  # seconds the last page is given while the database is out of reach
QUERIES = ("", *(f"lang={language}" for language in LANGUAGES))
OWN_HEADERS = ("content-length", "content-encoding", "x-request-id")  # of one response, not of the page
PAGE = "webinars.page"


@dataclass(slots=True)
class CachedPage:
    """A page as it was written at one instant, plain and compressed."""

    body: bytes
    zipped: bytes
    made_at: float
    write_lock: threading.Lock  # held by whoever writes the next one
    route: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)  # once it was given

    def best_for(self, accepted: str) -> tuple[bytes, str]:
        """The bytes a browser takes, and how they are packed."""
        return (self.zipped, "gzip") if may_compress(accepted) else (self.body, "")


@dataclass(slots=True)
class _CacheItem:
    page: CachedPage | None = None
    write_lock: threading.Lock = field(default_factory=threading.Lock)


class PageCache:
    """Pages by key, each written by one thread at a time; others get the old one, or wait for the first."""

    def __init__(
        self, seconds: float, *, most: int = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._most = most
        self._clock = clock
        self._items: OrderedDict[Hashable, _CacheItem] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, write: Callable[[], str]) -> CachedPage:
        """The page of this key, at most `seconds` old, or a little older while it is being written anew."""
        item = self._item(key)
        page = item.page
        if page is not None and self.is_fresh(page):
            return page
        may_wait = page is None or not self._is_bearable(page)
        if not item.write_lock.acquire(blocking=may_wait):
            return page  # type: ignore[return-value]  # there is one, or we would have waited
        try:
            if item.page is None or not self.is_fresh(item.page):
                item.page = self._written(write, item.write_lock)
            return item.page
        finally:
            if item.page is None:
                self._forget(key)  # a page that does not exist takes nobody's place
            item.write_lock.release()

    def is_fresh(self, page: CachedPage) -> bool:
        """Whether the page may still be given without a thought."""
        return self._age(page) < self.seconds

    def may_be_given(self, page: CachedPage) -> bool:
        """Whether nobody need go and write: the page is fresh, or not too old and being written anew."""
        # whoever writes has to share the interpreter with everybody who asks: they must cost it little
        return self.is_fresh(page) or (page.write_lock.locked() and self._is_bearable(page))

    def may_stand_in(self, page: CachedPage) -> bool:
        """Whether the page may be given where no other can be written."""
        return self._age(page) < LAST_FOR

    def _is_bearable(self, page: CachedPage) -> bool:
        return self._age(page) < self.seconds + OLD_FOR

    def _item(self, key: Hashable) -> _CacheItem:
        with self._lock:
            item = self._items.setdefault(key, _CacheItem())
            self._items.move_to_end(key)
            while len(self._items) > self._most:
                self._items.popitem(last=False)
            return item

    def _written(self, write: Callable[[], str], write_lock: threading.Lock) -> CachedPage:
        made_at = self._clock()  # what the page says was true then, not when it was ready
        body = write().encode()
        return CachedPage(body, compressed(body, level=6), made_at, write_lock)

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._items.pop(key, None)

    def _age(self, page: CachedPage) -> float:
        return self._clock() - page.made_at


class ReadyPages:
    """Answers from memory what was just answered to somebody else: same host, path and language, no cookie.

    Where a page is out of reach, the last one stands in for it.
    """

    def __init__(self, app: "WSGIApplication", cache: PageCache) -> None:
        self._app = app
        self._cache = cache
        self._pages: OrderedDict[Hashable, CachedPage] = OrderedDict()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._app(environ, start_response)
        page = self._pages.get(key)
        if page is not None and self._cache.may_be_given(page):
            return _given(page, environ, start_response)
        return self._asked(key, environ, start_response)

    def _asked(
        self, key: Hashable, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        last, standing_in = self._pages.get(key), list[CachedPage]()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if last is not None and status.startswith("503") and self._cache.may_stand_in(last):
                standing_in.append(last)
                return standing_in.clear
            page: CachedPage | None = environ.get(PAGE)
            names = {name.lower() for name, _value in headers}
            if page is not None and status.startswith("200") and "set-cookie" not in names:
                page.headers = [(name, value) for name, value in headers if name.lower() not in OWN_HEADERS]
                self._keep(key, page)
            return start_response(status, headers, *rest)

        response = self._app(environ, start)
        if not standing_in:
            return response
        cast("ClosingIterator", response).close()  # Flask's own, of an error page
        return _given(standing_in[0], environ, start_response)

    def _keep(self, key: Hashable, page: CachedPage) -> None:
        self._pages[key] = page
        while len(self._pages) > MOST:
            self._pages.popitem(last=False)


def init_app(app: Flask, settings: Settings) -> None:
    """Puts the pages that are ready in front of everything else."""
    if settings.page_seconds:
        cache = app.extensions["public_pages"] = PageCache(settings.page_seconds)
        app.wsgi_app = ReadyPages(app.wsgi_app, cache)  # type: ignore[method-assign]


def kept_page(write: Callable[[], str]) -> Response:
    """The page of this request's path and language, from memory when it is fresh enough.

    The page must depend on nothing else: no other argument, no cookie.
    """
    settings: Settings = current_app.config["SETTINGS"]
    cache: PageCache | None = current_app.extensions.get("public_pages")
    if cache is None:
        response = Response(write(), mimetype="text/html")
    else:
        page = cache.page((request.path, "lang" in request.args, chosen_language()), write)
        page.route = request.url_rule.rule if request.url_rule else ""
        request.environ[PAGE] = page
        body, packed = page.best_for(request.headers.get("Accept-Encoding", ""))
        response = Response(body, mimetype="text/html")
        if packed:
            response.headers["Content-Encoding"] = packed
    # browsers ask each time, so that a form is never yesterday's; proxies may answer for as long as we would
    response.headers["Cache-Control"] = (
        f"public, max-age=0, s-maxage={int(settings.page_seconds)}, must-revalidate"
    )
    response.headers["Vary"] = "Accept-Language, Accept-Encoding"
    return response


_MARK = secrets.token_hex(8)  # stands in no page by chance, nor on purpose


def mark(name: str) -> str:
    """What stands in a page that `filled_page` keeps, in the place of what is somebody's."""
    return f"{_MARK}{name}{_MARK}"


def filled_page(name: Hashable, write: Callable[[], str], words: Mapping[str, str]) -> Response:
    """The page of this name in the language in force, from memory when it is fresh enough, with these words at their marks.

    What is kept has no word of anybody. It leaves as it is: what is one person's is never compressed.
    """
    cache: PageCache | None = current_app.extensions.get("public_pages")
    if cache is None:
        page = write()
    else:
        page = cache.page((name, "lang" in request.args, chosen_language()), write).body.decode()
    for one, word in words.items():
        page = page.replace(mark(one), escape(word))
    return Response(page, mimetype="text/html")


def _key(environ: "WSGIEnvironment") -> Hashable | None:
    query = environ.get("QUERY_STRING", "")
    if environ["REQUEST_METHOD"] != "GET" or "HTTP_COOKIE" in environ or query not in QUERIES:
        return None
    language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return environ.get("HTTP_HOST"), environ.get("PATH_INFO"), query, language


def _given(page: CachedPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    body, packed = page.best_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
    number = secrets.token_hex(8)
    headers = [*page.headers, ("Content-Length", str(len(body))), ("X-Request-Id", number)]
    if packed:
        headers.append(("Content-Encoding", packed))
    start_response("200 OK", headers)
    log.info(
        "request",
        extra={"facts": {"method": "GET", "route": page.route, "status": 200, "ms": 0.0, "request": number}},
    )
    return [body]
