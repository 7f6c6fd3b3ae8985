"""Feeds kept in this process as long as what they are made from stands."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST = 64  # a feed of 500 sessions takes some 400 kB


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar in bytes; the same bytes always have the same tag."""

    body: bytes
    etag: str


def feed_of(body: bytes) -> Feed:
    """The bytes with their tag."""
    return Feed(body, hashlib.sha256(body).hexdigest()[:32])


class FeedCache:
    """The last feed of each cycle, with the revision it was written from."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._feeds: OrderedDict[int, tuple[Hashable, Feed]] = OrderedDict()
        self._lock = threading.Lock()

    def feed(self, cycle_id: int, revision: Hashable, write: Callable[[], bytes]) -> Feed:
        """The feed of this revision, written when it is not the one that was kept."""
        with self._lock:
            known = self._feeds.get(cycle_id)
            if known is not None and known[0] == revision:
                self._feeds.move_to_end(cycle_id)
                return known[1]
        feed = feed_of(write())  # without the lock: two at once write the same
        with self._lock:
            self._feeds[cycle_id] = revision, feed
            self._feeds.move_to_end(cycle_id)
            while len(self._feeds) > self._most:
                self._feeds.popitem(last=False)
        return feed
