"""A mail server on loopback that takes everything and keeps nothing, in a process of its own."""

import asyncio
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.http1 import HOST


class Sink:
    """Takes each message as fast as it comes."""

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offers PIPELINING (RFC 2920), as the servers mail leaves by do."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Says that it is kept."""
        return "250 OK"


async def serve(port: int) -> None:
    """Answers on this port until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="localhost"), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
