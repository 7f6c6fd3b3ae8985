"""Bodies of forms as values: their cost grows with their length alone, whatever their signs are (ASVS 1.2.9)."""

import re
from binascii import a2b_qp
from collections.abc import Iterator
from typing import IO, Any, cast

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

URLENCODED, IN_PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_HEADS = 64 * 1024  # bytes of the header lines of all parts: they are read whole, and slowly

MOST_PADDING = 16  # blanks behind a boundary: no browser writes one

# what the decoder takes for them; a carriage return at the end may have its line feed still to come
_BLANK_LINE = re.compile(rb"\r\n\r\n|\r\r|\n\n")
_LINE_END = re.compile(rb"[^\S\r\n]{0,17}(\r\n|\n|\r(?!\Z))?")
_LONE_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]


class PartHeads:
    """A body in parts that passes by; raises 413 once the header lines of its parts are longer than those of any form.

    Whatever the decoder may take for header lines counts: also what stands in no part, or behind the last one.
    """

    def __init__(self, stream: IO[bytes], boundary: bytes) -> None:
        self._stream = stream
        self._opening = b"--" + boundary
        self._longest = len(boundary) + MOST_PADDING + 4  # of an opening line
        self._rest = b""  # an opening line may have begun in it
        self._length = 0
        self._is_inside = False  # header lines

    def read(self, size: int = -1) -> bytes:
        """The next bytes, which were measured."""
        content = self._stream.read(size)
        text, at = self._rest + content, 0
        while (end := self._end_of_stretch(text, at)) is not None:
            at = end
        if self._length > MOST_HEADS:
            raise RequestEntityTooLarge
        self._rest = text[max(at, len(text) - self._longest) :]
        return content

    def _end_of_stretch(self, text: bytes, begin: int) -> int | None:
        """Where header lines begin or end next; None when that is not in this text."""
        start, end = self._opening_line(text, begin)
        blank = _BLANK_LINE.search(text, begin, start) if self._is_inside else None
        if blank is not None:
            end = blank.end()
        if self._is_inside:
            self._length += (end or len(text)) - begin
        if end is not None:
            self._is_inside = blank is None
        return end

    def _opening_line(self, text: bytes, begin: int) -> tuple[int, int | None]:
        """Where the next one begins and ends; the end of the text, and None, where there is none that is whole."""
        while (start := text.find(self._opening, begin)) >= 0:
            begin = start + len(self._opening)
            found = _LINE_END.match(text, begin)
            if found is not None and found[1]:
                return start, found.end()
            if found is not None and found.end() - begin > MOST_PADDING:
                self._length = MOST_HEADS + 1
        return len(text), None


class FormParser(FormDataParser):
    """Reads forms; one whose parts have endless header lines is 413."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """The stream, the fields and the files."""
        if mimetype == URLENCODED:
            return stream, self.cls([*fields_of(stream.read())]), self.cls()
        boundary = (options or {}).get("boundary", "")
        if mimetype == IN_PARTS and boundary.isascii():
            stream = cast("IO[bytes]", PartHeads(stream, boundary.encode()))
        return super().parse(stream, mimetype, content_length, options)


class FormRequest(Request):
    """A request whose forms are read by us."""

    form_data_parser_class = FormParser


def fields_of(body: bytes) -> Iterator[tuple[str, str]]:
    """The names and values of an urlencoded form; what is no UTF-8 is U+FFFD, as in a form in parts."""
    for pair in body.split(b"&"):
        if pair:
            name, _equals, value = pair.partition(b"=")
            yield _text(name), _text(value)


def _text(encoded: bytes) -> str:
    """The text without its percent signs, which are the equals signs of quoted-printable: that decoder is a hundred times faster."""
    sound = _LONE_PERCENT.sub(b"%25", encoded.replace(b"+", b" "))
    return a2b_qp(sound.replace(b"=", b"%3D").replace(b"%", b"=")).decode("utf-8", "replace")
