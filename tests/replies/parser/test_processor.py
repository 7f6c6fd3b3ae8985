"""What a message costs grows no faster than its length: nobody's letter holds the others, or the mail, back."""

import resource
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.replies.samples import Sample, event
from webinars.replies.parser import mime
from webinars.replies.parser.mime import RawMessage

pytestmark = [pytest.mark.processor, pytest.mark.full]

SMALL, LARGE, WHOLE = 100_000, 1_000_000, 2 * 1024 * 1024 - 1000
RATIO = 15
NOTHING = 0.05  # seconds: so little is measured badly, and harms nobody
MOST = 1.0
SIGNS = (
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"(",
    b"<",
    b'"',
    b"\\",
    b"=?",
    b"[",
    b";",
    b",",
    b"a@b,",
    b"=?utf-8?q?a?= ",
)

REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\n\n--a\n"

# where a message has room for them; each is filled up to the length wanted
DOORS: dict[str, tuple[bytes, bytes]] = {
    **{
        name: (f"{name}: ".encode(), b"\n\nx")
        for name in (
            "From",
            "To",
            "Reply-To",
            "Sender",
            "Authentication-Results",
            "References",
            "Subject",
            "Message-ID",
            "Content-Type",
            "Content-Disposition",
            "Return-Path",
        )
    },
    "a parameter": (b'Content-Type: text/calendar; a="', b"\n\nx"),
    "a boundary": (b"Content-Type: multipart/mixed; boundary", b"\n\nx"),
    "a header of a part": (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain; a=",
        b"\n\nx",
    ),
    "a text": (b"From: a@b.example\n\nboundary", b""),
    "a page": (b"Content-Type: text/html\n\n", b""),
    "base64": (b"Content-Transfer-Encoding: base64\n\n", b""),
    "quoted-printable": (b"Content-Transfer-Encoding: quoted-printable\n\n", b""),
    "uuencode": (b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", b""),
    "a calendar": (b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:", b"\nEND:VEVENT"),
    "a name in a calendar": (
        b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nATTENDEE;CN=",
        b":mailto:a@b\nEND:VEVENT",
    ),
    "a report": (
        REPORT + b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ",
        b"\n\n--a--",
    ),
    "a subject in an enclosed message": (
        REPORT + b"Content-Type: message/rfc822\n\nSubject: ",
        b"\n\n--a--",
    ),
    "an enclosed message": (
        REPORT + b"Content-Type: message/rfc822\n\nMessage-ID: ",
        b"\n\n--a--",
    ),
}


def seconds(content: bytes) -> float:
    """What reading costs the processor outside the kernel, whatever comes of it.

    The kernel's part is memory it hands out anew, and begins at a certain length.
    """
    began = _own_seconds()
    with suppress(RecursionError):  # it is set aside
        mime.read(RawMessage.whole(content))
    return _own_seconds() - began


def _own_seconds() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def grows_no_faster(make: Callable[[int], bytes]) -> bool:
    small, large = (min(seconds(make(length)) for _time in range(2)) for length in (SMALL, LARGE))
    return large <= max(RATIO * small, NOTHING)


def filled(door: str, sign: bytes, length: int) -> bytes:
    before, after = DOORS[door]
    return before + sign * ((length - len(before) - len(after)) // len(sign)) + after


@pytest.mark.parametrize("door", DOORS)
def test_ten_times_the_length_costs_about_ten_times_as_much(door: str) -> None:
    slow = [
        sign for sign in SIGNS if not grows_no_faster(lambda length, sign=sign: filled(door, sign, length))
    ]

    assert slow == []


@pytest.mark.full
@pytest.mark.parametrize("door", DOORS)
def test_no_message_of_2_mb_takes_long(door: str) -> None:
    assert {sign: cost for sign in SIGNS if (cost := seconds(filled(door, sign, WHOLE))) > MOST} == {}


@pytest.mark.parametrize(
    "header", ["From", "Content-Type", "Content-Disposition", "Subject", "Authentication-Results"]
)
def test_headers_of_fifty_parts_are_taken_apart_at_once(header: str) -> None:
    """As long as they may be, in as many parts as there may be."""
    fields = [
        f'{header}: a/b; a="'.encode() + sign * (4_000 // len(sign)) for sign in (b";", b"=?a?q?", b"(")
    ]
    for field in fields:
        part = b"\n--a\n" + field + b"\nContent-Type: text/plain\n\nx"
        content = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=a\n\n" + part * 49
        assert seconds(content) < MOST


@pytest.mark.parametrize("line", ["ATTENDEE;CN=", "COMMENT:", 'X-A;B="', "ATTENDEE:mailto:", "DTSTAMP;TZID="])
def test_a_calendar_of_many_lines_is_read_at_once(line: str) -> None:
    for sign in ("a", '"', ",", "\\", "^", "%41", "é"):
        calendar = event(Sample(), prodid="-//x//EN", lines=(line + sign * (300 // len(sign)),) * 4_900)
        assert seconds(b"Content-Type: text/calendar\n\n" + calendar.encode()[: WHOLE - 100]) < MOST


def calendars(lines: str, count: int, *, charset: str = "utf-8") -> bytes:
    """A letter of so many different calendars, each with these lines."""
    return b"Content-Type: multipart/mixed; boundary=a\n\n" + b"".join(
        f"--a\nContent-Type: text/calendar; charset={charset}\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n"
        f"UID:{number}\n{lines}END:VEVENT\nEND:VCALENDAR\n".encode(charset)
        for number in range(count)
    )


def domain(letter: str, number: int) -> str:
    return f"{letter * 24}{number}." * 3 + "fr"


@pytest.mark.parametrize("letter", ["é", "中", "a"])
@pytest.mark.parametrize("count", [1, 10, 48])
def test_many_attendees_of_domains_in_any_letters_are_looked_at_once(letter: str, count: int) -> None:
    punycode = f"xn--{'9ca' * 19}"
    lines = "".join(
        f'ATTENDEE;EMAIL="b@{punycode}.{punycode}.fr";SENT-BY="mailto:é@{domain(letter, number)}";'
        f'DELEGATED-TO="a@{punycode}.{punycode}.{punycode}.fr":mailto:a{number}@{domain(letter, number)}\n'
        for number in range(190)
    )
    short = "".join(f"ATTENDEE:mailto:a{number}@{domain(letter, number)}\n" for number in range(190))

    for content in (lines, short):
        assert seconds(calendars(content, count)[:WHOLE]) < MOST


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
@pytest.mark.parametrize("letter", ["é", "ÿ"])
def test_addresses_of_letters_with_accents_are_read_at_once(letter: str, charset: str) -> None:
    for length in (20, 300, 1_000_000):
        content = calendars(f"ATTENDEE:{letter * length}\n" * min(4_900, WHOLE // length), 1, charset=charset)
        assert seconds(content[:WHOLE]) < MOST


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"A: b\r\r", b"Action: failed\n\n"])
@pytest.mark.parametrize("count", [4_900, 99_000, 100_000, 1_000_000])
def test_a_delivery_status_of_line_ends_is_read_or_left_at_once(end: bytes, count: int) -> None:
    status = REPORT + b"Content-Type: message/delivery-status\n\n"

    assert seconds((status + end * count)[:WHOLE]) < MOST
    assert seconds((b"Content-Type: Message/Delivery-Status\n\n" + end * count)[:WHOLE]) < MOST


@pytest.mark.parametrize(
    "charset", ["utf-7", "punycode", "idna", "unicode_escape", "hz", "iso-2022-jp", "utf-16"]
)
@pytest.mark.parametrize("kind", ["text/plain", "text/calendar", "text/rfc822-headers"])
def test_no_charset_makes_a_text_slow(charset: str, kind: str) -> None:
    """The library decodes a text in it whenever the text is asked for, even to see whether there are parts."""
    for sign in (b"\xff", b"a\xe9", b"+AAA-\xff", b"\x1b$B\xff"):
        part = f"Content-Type: {kind}; charset={charset}\n\n".encode()
        for before in (part, REPORT + part):
            assert seconds(before + sign * ((WHOLE - len(before)) // len(sign))) < MOST


def test_lines_within_many_parts_are_looked_at_once() -> None:
    """The parser compares each line with every boundary around it."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number) for number in range(9)
    )
    for line in (b"\n", b"-\n", b"--b\n", b"--b8 x\n", b"\r\n", b"\r"):
        assert seconds(opened + b"\n" + line * ((WHOLE - len(opened)) // len(line))) < MOST
        assert seconds(opened + b"\n" + line * 99_000) < MOST
