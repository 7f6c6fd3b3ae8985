"""A server in a process of its own, and clients that speak to it byte by byte."""

import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from config import ROOT, read_settings
from tests.conftest import SECRET
from tests.outbox.sink import free_port
from tests.processes import environment
from webinars import clock, create_app
from webinars.accounts.browser_sessions import new_browser_session
from webinars.accounts.models import Organiser
from webinars.storage.database import Model
from webinars.storage.extensions import db

PER_CLIENT = 50
MOST = 250


@dataclass
class Client:
    """One connection."""

    socket: socket.socket

    def send(self, *parts: bytes) -> "Client":
        for part in parts:
            self.socket.sendall(part)
        return self

    def answer(self) -> "HttpResponse":
        """The next answer, whole."""
        content = b""
        while b"\r\n\r\n" not in content:
            piece = self.socket.recv(65536)
            assert piece, f"the server closed after {bytes!r}"
            content += piece
        head, _blank, body = content.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", 0)):
            piece = self.socket.recv(65536)
            assert piece, "the server closed in the middle of an answer"
            body += piece
        return HttpResponse(int(first.split()[1]), headers, body)

    def is_answered(self, *, within: float) -> bool:
        """Whether something came, or the server closed."""
        return bool(select.select([self.socket], [], [], within)[0])

    def is_closed(self) -> bool:
        """Whether the server has ended the connection, having said nothing more."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


@dataclass(frozen=True)
class HttpResponse:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Front:
    """A running server."""

    port: int
    folder: Path
    cookie: str
    process: "subprocess.Popen[bytes]"
    clients: list[Client] = field(default_factory=list)

    def client(self, source: str = "127.0.0.1", *, buffer: int = 0) -> Client:
        one = socket.socket()
        one.settimeout(10)
        if buffer:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        one.bind((source, 0))
        one.connect(("127.0.0.1", self.port))
        self.clients.append(Client(one))
        return self.clients[-1]

    def head(self, path: str, *lines: str, method: str = "POST", version: str = "1.1") -> bytes:
        first = f"{method} {path} HTTP/{version}", f"Host: 127.0.0.1:{self.port}"
        return "\r\n".join([*first, *lines, "", ""]).encode()

    def form(self, path: str, length: int, *lines: str) -> bytes:
        """The head of a form of this length."""
        kind = "Content-Type: application/x-www-form-urlencoded"
        return self.head(path, kind, f"Content-Length: {length}", *lines)

    def get(self, path: str) -> HttpResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = HttpResponse(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def seen(self) -> list[str]:
        """The requests that reached a view so far."""
        found: list[str] = self.get("/probe/seen").json
        return found

    def kept(self) -> list[str]:
        """The files of bodies and answers."""
        return sorted(path.name for path in (self.folder / "bodies").iterdir())

    def close_all(self) -> None:
        for client in self.clients:
            client.socket.close()
        self.clients.clear()


def eventually(holds: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Front]:
    """A server on a free port of this machine, ready to answer."""
    port = free_port()
    ours = {
        "WEBINARS_FOLDER": str(folder),
        "WEBINARS_SECRET_KEY": SECRET,
        "WEBINARS_PORT": str(port),
        "WEBINARS_LOG_LEVEL": "ERROR",
        "WEBINARS_WEB_BODIES": str(MOST),
        "WEBINARS_WEB_BODIES_PER_CLIENT": str(PER_CLIENT),
        **settings,
    }
    cookie = _signed_in(ours)
    process = subprocess.Popen([sys.executable, "-m", "tests.gateway.front"], cwd=ROOT, env=environment(ours))
    front = Front(port, folder, cookie, process)
    try:
        assert eventually(lambda: _answers(front), 30)
        yield front
    finally:
        front.close_all()
        process.terminate()
        process.wait(20)


def _signed_in(settings: dict[str, str]) -> str:
    app = create_app(read_settings(environment(settings)))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        nadia = Organiser(name="Nadia", email="n@a.fr", email_key="n@a.fr", created_at=clock.now())
        db.session.add(nadia)
        db.session.flush()
        cookie = new_browser_session(nadia, now=clock.now())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return f"Cookie: {app.config['SESSION_COOKIE_NAME']}={cookie}"


def _answers(front: Front) -> bool:
    try:
        return front.get("/health").status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def shared_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with running(tmp_path_factory.mktemp("front")) as front:
        yield front


@pytest.fixture
def front(shared_front: Front) -> Iterator[Front]:
    """The server, with nobody else's connection open, and no file of one."""
    yield shared_front
    shared_front.close_all()
    assert eventually(lambda: shared_front.kept() == [])


@pytest.fixture
def own_front(tmp_path: Path) -> Iterator[Front]:
    """A server of this test's own."""
    with running(tmp_path / "var") as front:
        yield front
