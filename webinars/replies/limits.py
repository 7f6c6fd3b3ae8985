"""How much of a message is looked at, measured before anything is parsed."""

import re

MOST_OCTETS = 2 * 1024 * 1024
MOST_PARTS = 50
HEAD = 128 * 1024

_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_BOUNDARY = re.compile(
    rb'boundary\s*(?:\*\d*\*?)?\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s";]{1,200}))', re.IGNORECASE
)
_DASHES = re.compile(rb"^--([^\r\n]{1,300})", re.MULTILINE)
_TYPE = re.compile(rb"^content-type\s*:", re.IGNORECASE | re.MULTILINE)


def head_of(octets: bytes) -> bytes:
    """The header lines, as far as they are looked at."""
    end = _HEAD_END.search(octets, 0, HEAD)
    return octets[: end.start() if end else HEAD] + b"\n\n"


def has_endless_head(octets: bytes) -> bool:
    """Whether the header lines go on for longer than those of any mail."""
    return len(octets) > HEAD and _HEAD_END.search(octets, 0, HEAD) is None


def body_of(octets: bytes) -> bytes:
    """What comes after the header lines."""
    end = _HEAD_END.search(octets)
    return octets[end.end() :] if end else b""


def parts_at_most(octets: bytes) -> int:
    """How many parts a parser could find at most: lines that open one, or header lines that describe one."""
    boundaries = {(quoted or plain).rstrip() for quoted, plain in _BOUNDARY.findall(octets)}
    opened = sum(line.rstrip() in boundaries for line in _DASHES.findall(octets)) if boundaries else 0
    return max(opened, len(_TYPE.findall(octets)))
