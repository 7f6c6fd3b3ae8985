"""Messages are taken apart in a child process: what one costs, or breaks, is bounded, and is nobody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self

from setting_values import PREFIX
from webinars.replies.errors import MessageNotRead, ParserUnavailable
from webinars.replies.parser import program as child
from webinars.replies.parser import wire
from webinars.replies.parser.mime import RawMessage, ReceivedMessage
from webinars.replies.verdicts import Verdict
from webinars.web.logs import log

PROGRAM = Path(child.__file__)
TRIES = 2
SECONDS = 60.0  # by the clock, where processor time is not enough or cannot be limited
LONGEST_RESULT = 64 * 1024 * 1024
INNOCENT = RawMessage.whole(b"From: a@b.example\n\nx\n")


class _Fell(Exception):
    """The child could not answer for this message; says why as a verdict."""

    def __init__(self, verdict: Verdict, *, is_gone: bool = False) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict
        self.is_gone = is_gone  # without a word: the machine may have ended it, for others' sake


class Parser:
    """Reads messages for as long as it is entered, one at a time; its child lives from the first to the last of them."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def read(self, raw: RawMessage) -> ReceivedMessage:
        """What the message is; raises MessageNotRead after two tries, at once when it took too long.

        Raises ParserUnavailable when no child can be started, or lives long enough to read any message: none is to blame.
        """
        fell = _Fell(Verdict.NOT_READ)
        for _try in range(TRIES):
            try:
                return self._read(raw)
            except _Fell as error:
                fell = error
                self.end()
                if fell.verdict is Verdict.TOO_SLOW:
                    break
        if fell.is_gone:
            self._read_innocent()
        log.warning("message not read", extra={"facts": {"verdict": fell.verdict.value}})
        raise MessageNotRead(fell.verdict) from fell

    def _read_innocent(self) -> None:
        """Has a new child read what harms none."""
        try:
            self._read(INNOCENT)
        except _Fell as error:
            self.end()
            raise ParserUnavailable("the parser is ended whatever it reads") from error

    def end(self) -> None:
        """Ends the child, whatever it is doing."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _read(self, raw: RawMessage) -> ReceivedMessage:
        process = self.process = self.process or _started()
        what, content = self._result_of(
            process, child.REQUEST_HEAD.pack(len(raw.content), raw.size) + raw.content
        )
        if what == child.READ:
            try:
                return wire.arrival_of(content)
            except ValueError as error:
                raise _Fell(Verdict.NOT_READ) from error
        if what == child.TOO_HEAVY:
            raise _Fell(Verdict.TOO_HEAVY)
        if what == child.RAISED:
            log.error("parser raised", extra={"facts": {"error": content.decode("ascii", "replace")}})
            raise _Fell(Verdict.NOT_READ)
        process.kill()
        is_late = process.wait() == -getattr(signal, "SIGXCPU", 0)
        raise _Fell(Verdict.TOO_SLOW if is_late else Verdict.NOT_READ, is_gone=not is_late)

    def _result_of(self, process: "subprocess.Popen[bytes]", asked: bytes) -> tuple[bytes, bytes]:
        """What it is and what was found; nothing when the child is gone, also because its time was over."""
        clock = Timer(self.seconds, process.kill)
        clock.start()
        try:
            assert process.stdin is not None
            process.stdin.write(asked)
            process.stdin.flush()
            return _read_result(process)
        except OSError:
            return b"", b""
        finally:
            clock.cancel()


def _started() -> "subprocess.Popen[bytes]":
    """A child that is ready; raises ParserUnavailable."""
    # it meets what strangers wrote, and needs to know nothing of us
    ours = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    try:
        process = subprocess.Popen(  # noqa: S603 — a program of ours
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ours,
        )
    except OSError as error:
        raise ParserUnavailable(f"{type(error).__name__}: {error}") from error
    clock = Timer(SECONDS, process.kill)
    clock.start()
    what, _content = _read_result(process)
    clock.cancel()
    if what != child.READY:
        process.kill()
        process.communicate()
        raise ParserUnavailable(f"the parser ended at its start ({process.returncode})")
    return process


def _read_result(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    assert process.stdout is not None
    head = process.stdout.read(child.RESULT_HEAD.size)
    if len(head) < child.RESULT_HEAD.size:
        return b"", b""
    what, length = child.RESULT_HEAD.unpack(head)
    content = process.stdout.read(length) if length <= LONGEST_RESULT else b""
    return (what, content) if len(content) == length else (b"", b"")
