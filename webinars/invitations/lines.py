"""Content lines of RFC 5545: escaped, folded at 75 octets between characters, ended by CRLF."""

from datetime import datetime, timedelta

from webinars.outbox.identity import Mailbox
from webinars.words.text import wire_text, wire_uri

LINE_OCTETS = 75


def fold(line: str) -> bytes:
    """The line in UTF-8, cut so that no physical line exceeds 75 octets or splits a character."""
    octets = line.encode()
    pieces = []
    start, room = 0, LINE_OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, LINE_OCTETS - 1  # the leading space counts
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def text_line(name: str, text: str) -> bytes:
    """A property of type TEXT, or nothing when the text is empty."""
    text = wire_text(text)
    if not text:
        return b""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return fold(f"{name}:{escaped}")


def uri_line(name: str, uri: str) -> bytes:
    """A property of type URI, or nothing when the address is empty."""
    uri = wire_uri(uri)
    return fold(f"{name}:{uri}") if uri else b""


def address_line(name: str, mailbox: Mailbox) -> bytes:
    """A property of type CAL-ADDRESS; the name is always quoted."""
    common_name = f';CN="{mailbox.name}"' if mailbox.name else ""
    return fold(f"{name}{common_name}:mailto:{mailbox.address}")


def utc_stamp(at: datetime) -> str:
    """The instant as a DATE-TIME in UTC; naive and shifted values are refused."""
    if at.utcoffset() != timedelta(0):
        raise ValueError(f"an instant in UTC is needed, not {at!r}")
    return at.strftime("%Y%m%dT%H%M%SZ")
