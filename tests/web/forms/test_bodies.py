"""Bodies of forms are read in time that grows with their length alone, whatever they are made of."""

import io
import time
from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from webinars.web.forms.bodies import IN_PARTS, MOST_HEADS, URLENCODED, FormParser, fields_of

MEGABYTE = 1_000_000
LARGEST = 22 * MEGABYTE  # a report, and what is sent beside it
FIELD = b'Content-Disposition: form-data; name="x"\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="x"; filename="x.csv"\r\n\r\n'
LAST = b"\r\n--b--\r\n"
SIGNS = ("%CC%81", "%41a", "%zz", "a%CC", "%FF", "%FFa", "%ED%A0%80", "%00", "%", "+", "=", "a=b;", "é")


class Slow(io.BytesIO):
    """A body that arrives in pieces of one size."""

    def __init__(self, body: bytes, size: int) -> None:
        super().__init__(body)
        self.size = size

    def read(self, _size: int | None = -1) -> bytes:
        """The next piece."""
        return super().read(self.size)


def parser() -> FormParser:
    return FormParser(max_form_memory_size=2 * 1024 * 1024, max_form_parts=400)


def read(body: bytes, *, kind: str = IN_PARTS, boundary: str = "b") -> tuple[list[str], list[str]]:
    """The values of the fields, and the contents of the files."""
    return parsed(io.BytesIO(body), kind=kind, boundary=boundary)


def parsed(stream: io.BytesIO, *, kind: str = IN_PARTS, boundary: str = "b") -> tuple[list[str], list[str]]:
    _stream, fields, files = parser().parse(stream, kind, None, {"boundary": boundary})
    contents = []
    for file in files.values():
        contents.append(file.read().decode("latin-1"))
        file.close()
    return [*fields.values()], contents


def seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def in_ten_parts(sign: bytes) -> bytes:
    """As much of it in the header lines of each part as is kept of one event at a time."""
    heads = sign * (2 * MEGABYTE // len(sign))
    return b"\r\n".join(b"--b\r\n" + heads + b"\r\n" + FIELD + b"\r\nx" for _part in range(10)) + LAST


@pytest.mark.parametrize(
    "body",
    [
        "a=b&c=&d&=e&&a=%C3%A9+%2B%26%3D",
        "a=%",
        "a=%zz&b=%4",
        "%61=1",
        "é=é",
        "a=%E2%82%ACx%0D%0A",
        "",
        "a=b=c",
    ],
)
def test_an_urlencoded_form_says_what_the_library_reads(body: str) -> None:
    theirs = FormDataParser().parse(io.BytesIO(body.encode()), URLENCODED, None, {})[1]

    assert MultiDict(fields_of(body.encode())) == theirs


def test_what_is_no_utf_8_is_replaced_as_in_a_form_in_parts() -> None:
    assert [*fields_of(b"a=x%FFy")] == [("a", "x\ufffdy")]
    assert read(b"--b\r\n" + FIELD + b"\r\nx\xffy" + LAST) == (["x\ufffdy"], [])


@pytest.mark.processor
@pytest.mark.parametrize("signs", SIGNS)
def test_an_urlencoded_form_costs_no_more_than_its_length(signs: str) -> None:
    def cost(length: int) -> float:
        return seconds(
            lambda: read(b"a=" + signs.encode() * (length // len(signs.encode())), kind=URLENCODED)
        )

    assert cost(MEGABYTE) <= max(15 * min(cost(100_000), cost(100_000)), 0.2)
    assert cost(2 * MEGABYTE) < 0.8


@pytest.mark.processor
@pytest.mark.parametrize(
    "sign",
    [
        b"A: b\r\n",
        b"A\r\n",
        b"A: \xff\r\n",
        b"\r",
        b"\r\n ",
        b"\n ",
        b"a;",
        b" ",
        b"x--b\r\n--b\r\n\n x",
        b"--b ",
    ],
)
def test_endless_header_lines_of_parts_are_refused_or_cost_nothing(sign: bytes) -> None:
    for body in (in_ten_parts(sign), b"--b\r\n" + sign * (LARGEST // len(sign)) + FIELD + b"\r\nx" + LAST):

        def act(body: bytes = body) -> None:
            try:
                fields, files = read(body)
            except RequestEntityTooLarge:
                return
            assert (fields, files) == ([], [])  # the decoder gave it up

        assert seconds(act) < 1


@pytest.mark.processor
@pytest.mark.parametrize(
    "content",
    [b"\r\n", b"\r", b"\n\n", b"--", b"\r\n--", b"\r\n--c\r\n", b"--bx", b"\r\n--bx", b"a,b\r\n", b"\xff"],
)
def test_a_file_costs_no_more_than_its_length_whatever_its_lines_are(content: bytes) -> None:
    def cost(length: int) -> float:
        body = FILE + content * (length // len(content)) + LAST
        return seconds(lambda: read(body))

    assert cost(10 * MEGABYTE) <= max(15 * min(cost(MEGABYTE), cost(MEGABYTE)), 0.5)


@pytest.mark.parametrize("size", [7, 50, 64 * 1024])
def test_header_lines_are_measured_however_the_body_arrives(size: int) -> None:
    """Where the pieces end changes nothing; a file of many blank lines is none of header lines."""
    content = "a,b\r\n\r\nc\n\n--\r\n" * 2_000
    body = b"--b\r\n" + FIELD + b"\r\nyes\r\n" + FILE + content.encode() + LAST

    assert parsed(Slow(body, size)) == (["yes"], [content])


@pytest.mark.parametrize("size", [1, 7, 50, 64 * 1024])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r", b" \r\n"])
def test_header_lines_that_are_too_long_are_found_however_the_body_arrives(
    size: int, line_end: bytes
) -> None:
    heads = b"A: " + b"b" * (MOST_HEADS // 3) + b"\r\n"
    body = b"".join(b"\r\n--b" + line_end + heads + FIELD + b"\r\nx" for _part in range(4)) + LAST

    with pytest.raises(RequestEntityTooLarge):
        parsed(Slow(body, size))
