"""From the bytes of a report to its text, whatever tool wrote it."""

import codecs
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096  # bytes looked at to recognise UTF-16 without a mark


class Decoded(NamedTuple):
    """The text without NUL or byte order mark, and how its bytes were understood."""

    text: str
    encoding: str
    is_guessed: bool


def decode(content: bytes) -> Decoded:
    """The text of any bytes: marked, else UTF-16 by its NULs, else UTF-8, else a guess at Windows-1252."""
    encoding = _marked_encoding(content) or _utf_16_by_nuls(content) or "utf-8"
    text = (
        _decode_utf_8(content) if encoding.startswith("utf-8") else content.decode(encoding, errors="replace")
    )
    is_guessed = text is None
    if text is None:
        encoding, text = "cp1252", content.decode("cp1252", errors="replace")
    return Decoded(text.removeprefix("\ufeff").replace("\x00", ""), encoding, is_guessed)


def _marked_encoding(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)


def _utf_16_by_nuls(content: bytes) -> str | None:
    """UTF-16 of a European language has a NUL in most pairs of bytes, always on the same side."""
    sample = content[:_SAMPLE]
    pairs = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second > pairs * 0.4 and first < pairs * 0.1:
        return "utf-16-le"
    if first > pairs * 0.4 and second < pairs * 0.1:
        return "utf-16-be"
    return None


def _decode_utf_8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        # a file cut in the middle of its last character is still UTF-8
        if error.reason == "unexpected end of data" and error.start >= len(content) - 3:
            return content[: error.start].decode("utf-8")
        return None
