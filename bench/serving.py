"""The servers under measure: started, waited for, asked what they cost, stopped."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.http1 import HOST, BrokenOff, HttpConnection
from bench.processes import cpu_seconds

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 30.0
STOPS_WITHIN = 30.0


class DidNotStart(RuntimeError):
    """A server ended, or did not answer in time; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    port: int
    process: subprocess.Popen[bytes]
    printed: Path

    @property
    def cpu(self) -> float:
        """Seconds of processor all its processes have used so far."""
        return cpu_seconds(self.process.pid)

    def complaints(self) -> str:
        """What it printed: nothing, when all went well."""
        return self.printed.read_text(errors="replace")


def clean_environment() -> dict[str, str]:
    """This environment without settings of ours, which would be measured instead of the defaults."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("WEBINARS_", "FLASK_"))}


@contextmanager
def serving(
    command: Sequence[str], environment: Mapping[str, str], *, port: int, path: str, printed: Path
) -> Iterator[Server]:
    """A server that has answered 200 at this path; it is gone, with all its processes, at the end."""
    with printed.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output, start_new_session=True
        )
    server = Server(port, process, printed)
    try:
        _wait_for(server, path)
        yield server
    finally:
        _stop(process)


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _wait_for(server: Server, path: str) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.process.poll() is None:
        try:
            with HttpConnection(server.port) as connection:
                if connection.get(path).status == 200:
                    return
        except (OSError, BrokenOff):
            pass
        time.sleep(0.1)
    raise DidNotStart(f"{server.process.args!r} does not answer at {path}\n{server.complaints()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
