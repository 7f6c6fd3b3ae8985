"""A small IMAP server: one account, one folder, just enough of RFC 3501; it notes every command."""

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class FakeImap(socketserver.ThreadingTCPServer):
    """Messages by UID; `uidvalidity` may be changed, as servers do when a folder is made anew."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.messages: dict[int, bytes] = {}
        self.uidvalidity = 7
        self.password = "secret"
        self.commands: list[str] = []
        self.refused: dict[int, str] = {}  # UIDs it says NO to, or falls silent at: "NO", "gone"

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Dialogue(socketserver.StreamRequestHandler):
    """One client."""

    server: FakeImap

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _blank, rest = line.decode().strip().partition(" ")
            self.server.commands.append(rest)
            if not self.answer(tag, rest):
                return

    def answer(self, tag: str, rest: str) -> bool:
        words = rest.upper().split()
        if words[0] == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif words[0] == "LOGIN":
            if f'"{self.server.password}"' not in rest:
                self.say(f"{tag} NO wrong password")
                return True
        elif words[0] == "EXAMINE":
            self.say(f"* {len(self.server.messages)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.server.uidvalidity}] valid")
        elif words[:2] == ["UID", "SEARCH"]:
            first = int(words[3].partition(":")[0])
            # as the standard has it, "n:*" holds the last one in any case
            found = [uid for uid in self.server.messages if uid >= first or uid == max(self.server.messages)]
            self.say("* SEARCH " + " ".join(map(str, sorted(found))))
        elif words[:2] == ["UID", "FETCH"]:
            refusal = self.server.refused.get(int(words[2]))
            if refusal == "gone":
                return False
            if refusal:
                self.say(f"{tag} {refusal} cannot be given")
                return True
            self.fetch(int(words[2]), rest)
        elif words[0] == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        else:
            self.say(f"{tag} BAD {rest}")
            return True
        self.say(f"{tag} OK done")
        return True

    def fetch(self, uid: int, rest: str) -> None:
        content = self.server.messages.get(uid)
        if content is None:
            return
        if "RFC822.SIZE" in rest:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})")
            return
        if "HEADER" in rest:
            content = content[: re.search(rb"\r\n\r\n", content).end()]
        name = "BODY[HEADER]" if "HEADER" in rest else "BODY[]"
        self.wfile.write(f"* 1 FETCH (UID {uid} {name} {{{len(content)}}}\r\n".encode() + content + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def listening() -> Iterator[FakeImap]:
    """The server, on a port of its own."""
    with FakeImap() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
