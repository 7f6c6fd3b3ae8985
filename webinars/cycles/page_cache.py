"""Public pages kept for a moment: written once, given to many."""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from flask import Response, current_app, request

from config import Settings
from webinars.language import chosen_language

MOST = 256  # pages kept at a time
OLD_FOR = 5.0  # seconds a page is still given while somebody else writes the next one


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was written at one instant, plain and compressed."""

    body: bytes
    zipped: bytes
    made_at: float


@dataclass(slots=True)
class _Place:
    page: Page | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)


class PageCache:
    """Pages by key, each written by one thread at a time; others get the old one, or wait for the first."""

    def __init__(
        self, seconds: float, *, most: int = MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds = seconds
        self._most = most
        self._clock = clock
        self._places: OrderedDict[Hashable, _Place] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, key: Hashable, write: Callable[[], str]) -> Page:
        """The page of this key, at most `seconds` old, or a little older while it is being written anew."""
        place = self._place(key)
        page = place.page
        if page is not None and self._age(page) < self.seconds:
            return page
        may_wait = page is None or self._age(page) >= self.seconds + OLD_FOR
        if not place.turn.acquire(blocking=may_wait):
            return page  # type: ignore[return-value]  # there is one, or we would have waited
        try:
            return self._current(place) or self._written(place, write)
        finally:
            if place.page is None:
                self._forget(key)  # a page that does not exist takes nobody's place
            place.turn.release()

    def _place(self, key: Hashable) -> _Place:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place

    def _current(self, place: _Place) -> Page | None:
        page = place.page
        return page if page is not None and self._age(page) < self.seconds else None

    def _written(self, place: _Place, write: Callable[[], str]) -> Page:
        made_at = self._clock()  # what the page says was true then, not when it was ready
        body = write().encode()
        place.page = Page(body, gzip.compress(body, 6, mtime=0), made_at)
        return place.page

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._places.pop(key, None)

    def _age(self, page: Page) -> float:
        return self._clock() - page.made_at


def kept_page(write: Callable[[], str]) -> Response:
    """The page of this request's path and language, from memory when it is fresh enough.

    The page must depend on nothing else: no other argument, no cookie.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.page_seconds:
        return _dressed(Response(write(), mimetype="text/html"), settings)
    page = _cache(settings).page((request.path, "lang" in request.args, chosen_language()), write)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(page.zipped, mimetype="text/html")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(page.body, mimetype="text/html")
    return _dressed(response, settings)


def _cache(settings: Settings) -> PageCache:
    cache: PageCache | None = current_app.extensions.get("public_pages")
    if cache is None:
        cache = current_app.extensions.setdefault("public_pages", PageCache(settings.page_seconds))
    return cache


def _dressed(response: Response, settings: Settings) -> Response:
    # browsers ask each time, so that a form is never yesterday's; proxies may answer for as long as we would
    response.headers["Cache-Control"] = (
        f"public, max-age=0, s-maxage={int(settings.page_seconds)}, must-revalidate"
    )
    response.headers["Vary"] = "Accept-Language, Accept-Encoding"
    return response
