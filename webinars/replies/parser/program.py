"""The program of the child that parses: messages in, JSON out; it is run by its path, without the application."""

import os
import struct
import sys
import zoneinfo
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

SECONDS = 10  # of processor time for one message
OCTETS = 512 * 1024 * 1024  # of memory
REQUEST_HEAD = struct.Struct("!QQ")  # how many bytes follow, and how large the whole message is
RESULT_HEAD = struct.Struct("!cQ")  # what it is, and how many bytes follow
READY, READ, RAISED, TOO_HEAVY = b"!", b"a", b"x", b"m"


def parse_all(requests: BinaryIO, results: BinaryIO) -> None:
    """Parses one message after the other until there is no more."""
    from webinars.replies.parser import mime, wire

    _limit_memory()
    _send(results, READY)
    while len(asked := requests.read(REQUEST_HEAD.size)) == REQUEST_HEAD.size:
        length, size = REQUEST_HEAD.unpack(asked)
        raw = mime.RawMessage(requests.read(length), size)
        _limit_time()
        try:
            found = wire.text_of(mime.read(raw)).encode()
        except MemoryError:
            _send(results, TOO_HEAVY)
        except Exception as error:  # noqa: BLE001 — whatever it is, it is said to whoever asked
            _send(results, RAISED, type(error).__name__.encode())
        else:
            _send(results, READ, found)


def _send(results: BinaryIO, what: bytes, content: bytes = b"") -> None:
    results.write(RESULT_HEAD.pack(what, len(content)) + content)
    results.flush()


def _limit_memory() -> None:
    with suppress(
        ImportError, OSError, ValueError
    ):  # where there are no such limits time is watched from outside
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (OCTETS, OCTETS))


def _limit_time() -> None:
    """Has the system end this process when this message has taken its time."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        ends = int(used.ru_utime + used.ru_stime) + 1 + SECONDS
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (ends, hard))


def _leave_the_application_out() -> None:
    """Lets modules be found in our package without loading the package, which is the whole application."""
    package = ModuleType("webinars")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["webinars"] = package
    zoneinfo.reset_tzpath(to=())  # as the application does


if __name__ == "__main__":
    _leave_the_application_out()
    with suppress(BrokenPipeError):
        parse_all(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
