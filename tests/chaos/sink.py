"""A mail server in a process of its own: slow, greylisting, refusing, dropping connections."""

import asyncio
import multiprocessing
import secrets
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.outbox.sink import DROP, OK, Received, Sink, listening

FORK = multiprocessing.get_context("fork")


def happens(percent: float) -> bool:
    """Whether it happens this time."""
    return secrets.randbelow(10_000) < percent * 100


def greylisting(address: str, time: int) -> str:
    """Refuses some for good, puts others off at first, breaks off now and then."""
    if address.startswith("nobody"):
        return "550 5.1.1 No such user"
    if address.startswith("grey") and time == 1:
        return "451 4.7.1 Greylisted"
    return DROP if happens(1) else OK


def moody(_address: str, _time: int) -> str:
    """Breaks off or puts off some messages it was already given."""
    if happens(1):
        return DROP
    return "452 4.3.1 Insufficient storage" if happens(1) else OK


@dataclass
class ChaosSink(Sink):
    """Remembers by which connection each message came."""

    came_by: list[tuple[int, Received]] = field(default_factory=list)
    # kept, not told by its port: the system gives a port to a later connection too
    sessions: list[Session] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes its time, then answers at once."""
        await asyncio.sleep(secrets.randbelow(25) / 1000)
        before = len(self.received)
        answer = await super().handle_DATA(server, session, envelope)
        if session not in self.sessions:
            self.sessions.append(session)
        number = self.sessions.index(session)
        self.came_by += [(number, mail) for mail in self.received[before:]]
        return answer


@dataclass
class SinkProcess:
    """The running server, and the wire to it."""

    port: int
    process: BaseProcess
    wire: Connection

    @classmethod
    def start(cls) -> "SinkProcess":
        """Starts the server; returns when it listens."""
        ours, theirs = FORK.Pipe()
        process = FORK.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        return cls(ours.recv(), process, ours)

    def finish(self) -> list[tuple[int, Received]]:
        """Ends the server; what came in, with the connection it came by, in order."""
        self.wire.send("finish")
        came: list[tuple[int, Received]] = self.wire.recv()
        self.process.join()
        return came


def _serve(wire: Connection) -> None:
    sink = ChaosSink(on_recipient=greylisting, on_message=moody)
    with listening(sink):
        wire.send(sink.port)
        wire.recv()
    wire.send(sink.came_by)
