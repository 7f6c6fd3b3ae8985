"""A mail as it stands on the wire: its headers, its bytes, what it refuses."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from tests.outbox.composition.sample import HEADING, HTML, TEXT, display_name, parsed, raw_headers
from tests.wire.corpus import ORGANIZER
from webinars.outbox.composition.message import MailHeading, message_bytes, plain_message
from webinars.words.mail_addresses import Mailbox


def announcement(heading: MailHeading = HEADING) -> EmailMessage:
    return parsed(message_bytes(plain_message(heading, text=TEXT, html=HTML)))


def test_identifiers_stand_whole_on_one_line() -> None:
    first, last = (f"<{letter * 120}@example.org>" for letter in "fl")
    url = f"https://example.org/{'u' * 300}"
    heading = replace(
        HEADING, message_id=last, first_message_id=first, last_message_id=last, unsubscribe_url=url
    )

    lines = raw_headers(message_bytes(plain_message(heading, text=TEXT, html=HTML)))

    assert [line for line in lines if len(line) > 76] == [
        f"Message-ID: {last}",
        f"In-Reply-To: {last}",
        f"References: {first} {last}",
        f"List-Unsubscribe: <{url}>",
    ]


def test_an_announcement_can_be_refused_by_one_click() -> None:
    message = announcement(replace(HEADING, unsubscribe_url="https://example.org/u/x?y=1"))

    assert message["List-Unsubscribe"] == "<https://example.org/u/x?y=1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r"], ids=ascii)
@pytest.mark.parametrize(
    "field", ["subject", "message_id", "first_message_id", "language", "unsubscribe_url"]
)
def test_a_line_break_in_a_header_is_an_error(field: str, line_break: str) -> None:
    value = f"{getattr(HEADING, field) or '<x@example.org>'}{line_break}Bcc: eve@example.org"

    with pytest.raises(ValueError, match="Bcc"):
        announcement(replace(HEADING, **{field: value}))


@pytest.mark.parametrize(
    "name",
    [
        "Villes, Territoires : Occitanie",
        "O'Brien (Ada) \\ <x>",
        "Ada",
        "=?utf-8?q?x?=",
        "Noël",
        "é" * 60,
        "",
        ".",
    ],
)
def test_a_name_is_read_as_it_was_given(name: str) -> None:
    heading = replace(HEADING, sender=Mailbox(name, ORGANIZER.address))
    content = message_bytes(plain_message(heading, text=TEXT, html=HTML))

    assert display_name(content, "From") == name
    assert parsed(content)["From"].addresses[0].addr_spec == ORGANIZER.address


@pytest.mark.parametrize(
    "text", ["plain", "Quèsaco ? " * 40, "a" * 400, "é" * 400, "=?utf-8?q?x?= y", "two  blanks"]
)
def test_a_subject_is_read_as_it_was_given_on_short_lines(text: str) -> None:
    content = message_bytes(plain_message(replace(HEADING, subject=text), text=TEXT, html=HTML))

    assert parsed(content)["Subject"] == text.strip()
    assert max(len(line) for line in raw_headers(content)) <= 76


def test_the_message_itself_gives_the_bytes_to_send() -> None:
    message = plain_message(HEADING, text=TEXT, html=HTML)

    assert message.as_bytes() == bytes(message) == message_bytes(message)


def test_a_second_recipient_is_an_error() -> None:
    message = plain_message(HEADING, text=TEXT, html=HTML)

    with pytest.raises(ValueError, match="at most 1 To"):
        message["To"] = "eve@example.org"


def test_a_header_outside_ascii_is_an_error() -> None:
    message = plain_message(HEADING, text=TEXT, html=HTML)

    with pytest.raises(ValueError, match="X-Cycle"):
        message["X-Cycle"] = "é"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        announcement(replace(HEADING, sent_at=HEADING.sent_at.replace(tzinfo=None)))


@pytest.mark.parametrize(
    "address", ["adé@example.org", "ada", "a@b@c", "a b@example.org", "ada@example.org\r\nBcc: x"]
)
def test_an_address_that_cannot_be_written_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Mailbox("Ada", address)
