"""The server of `make chaos` tells connections apart; what it is told by is what copies are judged by."""

import smtplib
import socket
import struct

from tests.chaos.sink import ChaosSink
from tests.outbox.sink import free_port, listening

AT_ONCE_GONE = struct.pack("ii", 1, 0)  # no port is kept waiting


def _send_from(port: int, sink: ChaosSink) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, source_address=("127.0.0.1", port)) as dialogue:
        dialogue.sendmail("us@example.org", "ada@example.org", b"Subject: one\r\n\r\n")
        assert dialogue.sock is not None
        dialogue.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE_GONE)
        dialogue.close()


def test_two_connections_from_one_port_are_two() -> None:
    with listening(ChaosSink()) as sink:
        port = free_port()
        for _time in range(2):
            _send_from(port, sink)

    assert [connection for connection, _mail in sink.came_by] == [0, 1]
