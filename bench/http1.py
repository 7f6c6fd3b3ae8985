"""A small HTTP/1.1 client: one connection kept open, little of the processor spent."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

LIKE_A_BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) bench\r\n"
    "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n"
    "Accept-Language: fr,en;q=0.5\r\n"
)
FORM = "application/x-www-form-urlencoded"
HOST = "127.0.0.1"


class BrokenOff(RuntimeError):
    """The server closed the connection before it had answered."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpConnection:
    """One visitor's connection; the next request goes the same way."""

    def __init__(self, port: int, *, own_address: str = HOST) -> None:
        self._host = f"{HOST}:{port}"
        self._socket = socket.create_connection((HOST, port), timeout=60, source_address=(own_address, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def get(self, path: str) -> HttpResponse:
        """The page at this path."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{LIKE_A_BROWSER}\r\n".encode())

    def post(self, path: str, fields: Iterable[tuple[str, str]], *, cookie: str = "") -> HttpResponse:
        """What answers a form sent to this path."""
        body = urlencode(list(fields)).encode()
        cookies = f"Cookie: {cookie}\r\n" if cookie else ""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{LIKE_A_BROWSER}{cookies}Origin: http://{self._host}\r\n"
            f"Sec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body)

    def _ask(self, request: bytes) -> HttpResponse:
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        status, headers = _head(received[:end])
        length = int(headers["content-length"])
        body = bytearray(received[end + 4 :])
        while len(body) < length:
            body += self._more()
        return HttpResponse(status, headers, bytes(body))

    def _more(self) -> bytes:
        content = self._socket.recv(262_144)
        if not content:
            raise BrokenOff
        return content


def _head(content: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = content.decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in lines)
    return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _colon, value in fields}
