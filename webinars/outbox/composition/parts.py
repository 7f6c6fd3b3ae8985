"""The tree of parts a mail is made of, and its octets."""

import base64
import binascii
import re
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import Policy
from functools import lru_cache
from typing import Any, Self

from webinars.outbox.composition.headers import WIRE

_LINE_BREAK = re.compile(r"\r\n?|\n")
# the standard library does not count the signs it adds for a blank at the end of a line
_TOO_LONG = re.compile(r"^(.{74})(=20|=09)(?=\r$)", re.MULTILINE)


def _quoted_printable(text: str) -> str:
    octets = _LINE_BREAK.sub("\r\n", text).encode("utf-8", "replace")
    encoded = binascii.b2a_qp(octets, istext=True).decode("ascii")
    return _TOO_LONG.sub("\\1=\r\n\\2", encoded)


@lru_cache(maxsize=4)  # a calendar stands in two parts of its message
def _base64(octets: bytes) -> str:
    return base64.encodebytes(octets).decode("ascii").replace("\n", "\r\n")


class MimePart(EmailMessage):
    """A message or one part of it, whose body already stands as it will be sent."""

    def __init__(self, content_type: str, boundary: str | None = None) -> None:
        super().__init__(WIRE)
        self.delimiter = boundary
        self.inner: list[MimePart] = []
        self.encoded = ""
        self["Content-Type"] = f'{content_type}; boundary="{boundary}"' if boundary else content_type

    @classmethod
    def of_text(cls, kind: str, text: str) -> Self:
        """A part of text in quoted-printable."""
        part = cls(f"text/{kind}; charset=utf-8")
        part["Content-Transfer-Encoding"] = "quoted-printable"
        return part._holding(_quoted_printable(f"{text.strip()}\n"))

    @classmethod
    def of_octets(cls, content_type: str, octets: bytes) -> Self:
        """A part of octets in base64."""
        part = cls(content_type)
        part["Content-Transfer-Encoding"] = "base64"
        return part._holding(_base64(octets))

    @staticmethod
    def of_parts(kind: str, boundary: str, parts: "Iterable[MimePart]") -> "MimePart":
        """A multipart; its boundary must stand in none of its parts."""
        part = MimePart(f"multipart/{kind}", boundary)
        for inner in parts:
            part.attach(inner)
            part.inner.append(inner)
        return part

    def as_bytes(self, unixfrom: bool = False, policy: "Policy[Any] | None" = None) -> bytes:  # noqa: ARG002
        """The octets as a server takes them, whatever the arguments: ASCII, CRLF, identifiers whole."""
        head = "".join(WIRE.fold(name, value) for name, value in self.raw_items())
        if self.delimiter is None:
            return f"{head}\r\n{self.encoded}".encode("ascii")
        delimiter = f"--{self.delimiter}".encode("ascii")
        body = b"".join(b"%b\r\n%b\r\n" % (delimiter, part.as_bytes()) for part in self.inner)
        return b"%b\r\n%b%b--\r\n" % (head.encode("ascii"), body, delimiter)

    def _holding(self, encoded: str) -> Self:
        # kept beside the payload: asking the standard class for it parses headers again
        self.set_payload(encoded)
        self.encoded = encoded
        return self
