"""How much of a message is looked at, measured in one pass before anything is parsed."""

import re
from email.message import Message

MOST_BYTES = 2 * 1024 * 1024
MOST_PARTS = 50
DEEPEST = 10  # parts within parts
HEAD = 128 * 1024  # header lines of one part
LONGEST_FIELD = 4096  # of what says how a part is written: taking it apart costs more than its length
MOST_SEMICOLONS = 100  # in one of them: a name of a file in many pieces has forty
MOST_LINES = 100_000  # base64 of 2 MB has 28,000
MOST_LINES_LOOKED_FOR = 1_000_000  # the parser compares each line with every boundary around it
MOST_STATUS_BLOCKS = 5_000  # the parser makes a message of each, of an empty one too
MOST_CALENDAR_LINES = 5_000
MOST_CALENDARS = 10  # of different content: a calendar's own letter has one, a gateway's two
MOST_ATTENDEES = 500  # in all of them

_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_BOUNDARY = re.compile(
    rb'boundary\s*(?:\*\d*\*?\s*)?=\s*(?:"([^"\r\n]{1,200})"|([^\s";]{1,200}))', re.IGNORECASE
)
_DASHES = re.compile(rb"^--([^\r\n]{1,300})", re.MULTILINE)
_STATUS = re.compile(rb"message/delivery-status", re.IGNORECASE)
_EMPTY_LINE = re.compile(rb"(?:\r\n|\r|\n)(?=[\r\n])")
_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
# with the lines it goes on for; the parser ends lines at a carriage return too
_FIELD = re.compile(rb"(?:^|[\r\n])content-[!-9;-~]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE)


def head_of(content: bytes) -> bytes:
    """The header lines, as far as they are looked at."""
    end = _HEAD_END.search(content, 0, HEAD)
    return content[: end.start() if end else HEAD] + b"\n\n"


def body_of(content: bytes) -> bytes:
    """What comes after the header lines."""
    end = _HEAD_END.search(content)
    return content[end.end() :] if end else b""


def parts_at_most(content: bytes) -> int:
    """How many parts a parser could find at most: lines that open one, or header lines that describe one."""
    boundaries = _boundaries(content)
    opened = sum(line.rstrip() in boundaries for line in _DASHES.findall(content)) if boundaries else 0
    return max(opened, len(_TYPE.findall(content)))


def is_overlong(content: bytes) -> bool:
    """Whether header lines, or the lines altogether, go on for longer than those of any mail."""
    if len(content) > HEAD and _HEAD_END.search(content, 0, HEAD) is None:
        return True
    lines = lines_of(content)
    if lines > MOST_LINES or lines * len(_boundaries(content)) > MOST_LINES_LOOKED_FOR:
        return True
    if _blocks_at_most(content) > MOST_STATUS_BLOCKS:
        return True
    return any(_is_long_field(found.group()) for found in _FIELD.finditer(content))


def _is_long_field(field: bytes) -> bool:
    return len(field) > LONGEST_FIELD or field.count(b";") > MOST_SEMICOLONS


def parts_within(part: Message) -> list[Message]:
    """The parts of a part; its text is not asked for: by a charset that strangers name, that may take any time."""
    payload = part.get_payload() if part.is_multipart() else []
    return [one for one in payload if isinstance(one, Message)]


def _blocks_at_most(content: bytes) -> int:
    """How many blocks a delivery status in this message could have at most."""
    begin = _STATUS.search(content)
    return len(_EMPTY_LINE.findall(content, begin.end())) if begin else 0


def lines_of(content: str | bytes) -> int:
    """How many lines there are, whichever way they end."""
    if isinstance(content, str):
        return max(content.count("\n"), content.count("\r"))
    return max(content.count(b"\n"), content.count(b"\r"))


def _boundaries(content: bytes) -> set[bytes]:
    return {(quoted or plain).rstrip() for quoted, plain in _BOUNDARY.findall(content)}
