"""A way to a server that can be frozen: it still takes connections, as a stopped process does, and says nothing."""

import selectors
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import make_url


class Proxy:
    """Carries bytes between clients and a server until it is frozen; counts the connections it took."""

    def __init__(self, host: str, port: int) -> None:
        self._server = host, port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._turned = selectors.DefaultSelector()
        self._frozen, self._over = Event(), Event()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._still: set[socket.socket] = set()
        self.port: int = self._door.getsockname()[1]
        self.taken = 0

    def freeze(self) -> None:
        """From now on nothing moves."""
        self._frozen.set()

    def freeze_open_ones(self) -> None:
        """From now on nothing moves on the connections there are; new ones are carried."""
        self._still = {*self._pairs}

    def thaw(self) -> None:
        """What waited goes on."""
        self._still = set()
        self._frozen.clear()

    def run(self) -> None:
        self._turned.register(self._door, selectors.EVENT_READ)
        while not self._over.is_set():
            ready = self._turned.select(0.02)
            if self._frozen.is_set():
                self._over.wait(0.02)
                continue
            for key, _events in ready:
                if key.fileobj is self._door:
                    self._take()
                elif key.fileobj in self._still:
                    self._over.wait(0.01)
                else:
                    self._carry(key.fileobj)  # type: ignore[arg-type]

    def _take(self) -> None:
        client, _address = self._door.accept()
        self.taken += 1
        server = socket.create_connection(self._server)
        for one, other in ((client, server), (server, client)):
            self._pairs[one] = other
            self._turned.register(one, selectors.EVENT_READ)

    def _carry(self, one: socket.socket) -> None:
        if one not in self._pairs:
            return
        other = self._pairs[one]
        try:
            content = one.recv(65536)
            other.sendall(content)
        except OSError:
            content = b""
        if not content:
            for end in (one, other):
                self._turned.unregister(end)
                del self._pairs[end]
                end.close()

    def end(self) -> None:
        self._over.set()

    def close(self) -> None:
        for end in (self._door, *self._pairs):
            end.close()
        self._turned.close()


@contextmanager
def way_to(database_url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy to the server of this database, and the address by way of it."""
    url = make_url(database_url)
    proxy = Proxy(url.host or "127.0.0.1", url.port or 5432)
    thread = Thread(target=proxy.run, daemon=True)
    thread.start()
    try:
        yield proxy, url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
    finally:
        proxy.end()
        thread.join()
        proxy.close()
