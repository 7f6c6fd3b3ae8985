"""A calendar server takes every entry of ours."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest

from tests.wire.corpus import corpus

HEADERS = {"Authorization": "Basic dTp1"}  # u:u, whom the server does not check
CONFIGURATION = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = none
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}
[logging]
level = error
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A Radicale on loopback with one empty calendar."""
    folder = tmp_path_factory.mktemp("radicale")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    (folder / "config").write_text(CONFIGURATION.format(port=port, folder=folder / "collections"))
    server = subprocess.Popen([sys.executable, "-m", "radicale", "--config", folder / "config"])
    try:
        _wait(port, server)
        assert _ask(port, "MKCALENDAR", "/u/c/") == 201
        yield port
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("Radicale did not start")


def _ask(port: int, method: str, path: str, body: bytes = b"") -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {**HEADERS, "Content-Type": "text/calendar; charset=utf-8"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_radicale_takes_every_entry(port: int) -> None:
    entries = {name: content for name, content in corpus().items() if content.count(b"BEGIN:VEVENT") == 1}

    answers = {
        name: _ask(port, "PUT", f"/u/c/{number}.ics", own_uid(content, number))
        for number, (name, content) in enumerate(entries.items())
    }

    assert answers == dict.fromkeys(entries, 201)


def own_uid(content: bytes, number: int) -> bytes:
    """The calendar under a UID of its own: a server holds each only once."""
    return content.replace(b"UID:0", f"UID:{number}x".encode(), 1)


def test_radicale_can_say_no(port: int) -> None:
    broken = corpus()["download"].replace(b"DTSTART;TZID=Europe/Paris:2026", b"DTSTART:soon")

    assert _ask(port, "PUT", "/u/c/broken.ics", broken) == 400
