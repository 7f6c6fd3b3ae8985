"""The web server as we start it: Granian, on a socket of our own."""

import resource
import socket

from granian import Granian
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

HEADER_SECONDS = 30  # for the head of a request, and between two on one connection
READ_SECONDS = 60  # a client that takes nothing of its response for so long is cut off
HEAD_BYTES = 64 * 1024
ROOM = 2048  # connections beside those that send bodies
OWN_FILES = 256  # what the application opens


class WebServer(Granian):  # type: ignore[misc,valid-type]
    """Granian, whose clients have to take their answers."""

    read_seconds = READ_SECONDS

    def _init_shared_socket(self) -> None:
        family = socket.AF_INET6 if ":" in self.bind_addr else socket.AF_INET
        listening = socket.create_server(
            (self.bind_addr, self.bind_port), family=family, backlog=self.backlog
        )
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # each connection takes it over
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self.read_seconds * 1000)
        listening.set_inheritable(True)
        self._sso, self._sfd = listening, listening.fileno()
        self._shd = SocketHolder(self._sfd, False, self.backlog)  # type: ignore[call-arg]


def server(
    *, host: str, port: int, bodies: int, kill_timeout: int, header_seconds: int = HEADER_SECONDS
) -> WebServer:
    """A server ready to answer requests; a worker of it that was killed is back at once."""
    return WebServer(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # where the other one is offered, a connection may say nothing for ever
        http1_settings=HTTP1Settings(header_read_timeout=header_seconds * 1000, max_buffer_size=HEAD_BYTES),
        workers=1,
        backpressure=connections_for(bodies),
        respawn_failed_workers=True,
        workers_kill_timeout=kill_timeout,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
    )


def connections_for(bodies: int) -> int:
    """How many connections are kept at a time, each with room for a file: more than send bodies, where the system allows."""
    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)  # which Granian has raised as far as it goes
    wanted = bodies + ROOM
    return wanted if files == resource.RLIM_INFINITY else min(wanted, (files - OWN_FILES) // 2)
