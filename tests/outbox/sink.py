"""A mail server on loopback that misbehaves when told to."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"
# what a behaviour may answer beside a reply of its own
DROP = "drop the connection without an answer"
AND_CLOSE = " (and closes)"
KEEP_AND_DROP = "keep the mail, then drop the connection without an answer"

Behaviour = Callable[[str, int], str]


def obliging(_recipient: str, _time: int) -> str:
    """Takes everything."""
    return OK


@dataclass(frozen=True)
class Received:
    """One message as it came in."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> Message:
        """The message, read."""
        return message_from_bytes(self.content)

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return self.message["Message-ID"]


@dataclass
class Sink:
    """What came in, and how recipients and messages are answered."""

    on_recipient: Behaviour = obliging
    on_message: Behaviour = obliging
    slow: float = 0.0
    pipelining: bool = False
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    tried: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)

    @property
    def recipients(self) -> list[str]:
        """Who got a mail, in order."""
        return [mail.recipient for mail in self.received]

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Counts the connection."""
        session.host_name = hostname
        self.connections += 1
        return ["250-PIPELINING", *responses] if self.pipelining else responses

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answers a recipient as told."""
        self.tried.append(address)
        answer = self.on_recipient(address, self.tried.count(address))
        if answer == DROP:
            server.transport.abort()
        elif answer.endswith(AND_CLOSE):
            asyncio.get_running_loop().call_soon(server.transport.close)
        elif answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answers a message as told."""
        if self.slow:
            await asyncio.sleep(self.slow)
        recipient = envelope.rcpt_tos[0]
        self.offered.append(recipient)
        answer = self.on_message(recipient, self.offered.count(recipient))
        if answer in (OK, KEEP_AND_DROP):
            self.received.append(
                Received(envelope.mail_from or "", recipient, envelope.original_content or b"")
            )
        if answer in (DROP, KEEP_AND_DROP):
            server.transport.abort()
        return answer


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(sink: Sink, **options: object) -> Iterator[Sink]:
    """The sink, answering on a free port of loopback."""
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@dataclass
class Script:
    """A server that says its lines, one after each thing it hears."""

    lines: list[str]
    port: int = 0
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def saying(lines: list[str]) -> Iterator[Script]:
    """A server that follows a script, whatever it hears."""
    script = Script(lines)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        script.port = listener.getsockname()[1]

        def follow() -> None:
            connection, _address = listener.accept()
            with connection, suppress(ConnectionError):  # who hears enough may hang up
                for line in lines:
                    connection.sendall(f"{line}\r\n".encode())
                    script.heard.append(connection.recv(65536))

        thread = threading.Thread(target=follow)
        thread.start()
        yield script
        thread.join(5)
