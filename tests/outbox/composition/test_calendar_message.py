"""The message around a calendar: its parts, its headers, its bytes."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from tests.outbox.composition.sample import FIRST, HEADING, HTML, LAST, TEXT, display_name, parsed
from tests.wire.corpus import ADA, CANCELLED, ENDED, ENTRY, HOSTILE, ORGANIZER, SESSION
from webinars.invitations.actions import new_uid
from webinars.invitations.calendar import cancel_calendar, request_calendar
from webinars.invitations.feed import download_calendar
from webinars.outbox.composition.message import MailHeading, calendar_message, message_bytes, plain_message
from webinars.outbox.identity import new_message_id
from webinars.words.mail_addresses import Mailbox

LINE_BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


def invitation(heading: MailHeading = HEADING, calendar: bytes | None = None) -> EmailMessage:
    calendar = calendar or request_calendar(
        SESSION, ENTRY, organizer=heading.sender, attendee=heading.recipient
    )
    return parsed(message_bytes(calendar_message(heading, text=TEXT, html=HTML, calendar=calendar)))


def test_an_invitation_has_the_tree_that_clients_understand() -> None:
    tree = [
        (part.get_content_type(), part["Content-Transfer-Encoding"], part.get_content_disposition())
        for part in invitation().walk()
    ]

    assert tree == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", "quoted-printable", None),
        ("text/html", "quoted-printable", None),
        ("text/calendar", "base64", None),
        ("application/ics", "base64", "attachment"),
    ]


def test_both_calendars_are_the_stored_bytes() -> None:
    calendar = request_calendar(SESSION, ENTRY, organizer=ORGANIZER, attendee=ADA)
    parts = [*invitation(calendar=calendar).walk()][-2:]

    assert [part.get_payload(decode=True) for part in parts] == [calendar, calendar]
    assert [dict(part["Content-Type"].params) for part in parts] == [
        {"charset": "UTF-8", "method": "REQUEST"},
        {"name": "invitation.ics"},
    ]
    assert parts[1].get_filename() == "invitation.ics"


def test_method_and_file_name_are_the_calendar_s() -> None:
    calendar = cancel_calendar(SESSION, ENDED, organizer=ORGANIZER, attendee=ADA, cancelled_prefix=CANCELLED)

    inline, attached = [*invitation(calendar=calendar).walk()][-2:]
    assert inline["Content-Type"].params["method"] == "CANCEL"
    assert attached.get_filename() == attached["Content-Type"].params["name"] == "annulation.ics"


def test_both_texts_arrive_as_they_were_written() -> None:
    message = invitation()

    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == f"{TEXT.strip()}\n"  # type: ignore[union-attr]
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == f"{HTML.strip()}\n"  # type: ignore[union-attr]


def test_the_headers_of_a_first_invitation() -> None:
    assert [(name, str(value)) for name, value in invitation().items()][1:] == [
        ("MIME-Version", "1.0"),
        ("From", "Agir sur l’emploi <webinaires@example.org>"),
        ("To", "Ada Lovelace <ada@example.org>"),
        ("Subject", "Invitation : Cités de l’emploi, Quèsaco ?"),
        ("Date", "Mon, 02 Mar 2026 09:00:00 +0000"),
        ("Message-ID", FIRST),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", "fr"),
    ]


def test_an_update_stands_in_the_thread_of_the_invitation() -> None:
    update = replace(HEADING, message_id=new_message_id("example.org"), first_message_id=FIRST)
    later = replace(update, last_message_id=LAST)

    threads = [
        (message["In-Reply-To"], message["References"]) for message in map(invitation, (update, later))
    ]
    assert threads == [(FIRST, FIRST), (LAST, f"{FIRST} {LAST}")]


def test_an_invitation_cannot_be_silenced() -> None:
    with pytest.raises(ValueError, match="cancelled session"):
        invitation(replace(HEADING, unsubscribe_url="https://example.org/u"))


@pytest.mark.parametrize(
    "heading",
    [
        replace(HEADING, recipient=Mailbox("Eve", "eve@example.org")),
        replace(HEADING, sender=Mailbox("Eve", "eve@example.org")),
    ],
)
def test_a_calendar_of_others_is_refused(heading: MailHeading) -> None:
    calendar = request_calendar(SESSION, ENTRY, organizer=ORGANIZER, attendee=ADA)

    with pytest.raises(ValueError, match="not of eve@example"):
        calendar_message(heading, text=TEXT, html=HTML, calendar=calendar)


def test_a_calendar_without_a_method_is_refused() -> None:
    with pytest.raises(ValueError, match="one method"):
        invitation(calendar=download_calendar(SESSION, ENTRY, cancelled_prefix=""))


@pytest.mark.parametrize("line_break", LINE_BREAKS, ids=ascii)
def test_a_line_break_opens_no_header(line_break: str) -> None:
    name = f"Ada{line_break}Bcc: eve@example.org"
    heading = replace(HEADING, recipient=Mailbox(name, ADA.address), sender=Mailbox(name, ORGANIZER.address))

    assert sorted(invitation(heading).keys()) == sorted(invitation().keys())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_reaches_its_reader_unharmed(text: str) -> None:
    subject = "Invitation : " + " ".join(text.splitlines())
    heading = replace(
        HEADING,
        subject=subject,
        recipient=Mailbox(text, ADA.address),
        sender=Mailbox(text, ORGANIZER.address),
    )

    calendar = request_calendar(SESSION, ENTRY, organizer=heading.sender, attendee=heading.recipient)
    content = message_bytes(calendar_message(heading, text=TEXT, html=HTML, calendar=calendar))

    message = parsed(content)
    assert [message[name].addresses[0].addr_spec for name in ("From", "To")] == [
        ORGANIZER.address,
        ADA.address,
    ]
    assert [len(message[name].addresses) for name in ("From", "To")] == [1, 1]
    assert display_name(content, "To") == heading.recipient.name
    assert len(heading.recipient.name) <= 60


def test_every_octet_is_ascii_on_lines_that_servers_take() -> None:
    content = message_bytes(
        calendar_message(
            HEADING,
            text="é" * 2000,
            html=f"<p>{'a' * 2000}</p>",
            calendar=request_calendar(SESSION, ENTRY, organizer=ORGANIZER, attendee=ADA),
        )
    )

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


def test_a_message_written_twice_has_the_same_bytes() -> None:
    assert invitation().as_bytes() == invitation().as_bytes()
    assert message_bytes(plain_message(HEADING, text=TEXT, html=HTML)) == message_bytes(
        plain_message(HEADING, text=TEXT, html=HTML)
    )


def test_a_domain_is_written_in_punycode() -> None:
    assert Mailbox("Ada", "ada@bücher.example").address == "ada@xn--bcher-kva.example"
    assert new_uid("Bücher.example").partition("@")[2] == "xn--bcher-kva.example"


def test_identities_are_long_and_never_the_same() -> None:
    uids = {new_uid("example.org") for _ in range(100)}
    message_ids = {new_message_id("example.org") for _ in range(100)}

    assert {len(uid) for uid in uids} == {43 + len("@example.org")}
    assert (len(uids), len(message_ids)) == (100, 100)
