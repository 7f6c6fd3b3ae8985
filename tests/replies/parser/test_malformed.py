"""Whatever comes in, nothing breaks, nothing is guessed, and it takes no time."""

import os
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.replies.conftest import LATER, history
from tests.replies.samples import CLIENTS, SHAPES, Sample, event, gmail, letter, mail, part, text
from webinars.replies.models import Incoming
from webinars.replies.parser import itip, mime
from webinars.replies.parser.bounds import MOST_BYTES
from webinars.replies.parser.itip import CalendarAnswer
from webinars.replies.parser.mime import RawMessage, ReceivedMessage
from webinars.replies.verdicts import Verdict
from webinars.storage.extensions import db
from webinars.words.text import cut_text

SECONDS = 10.0  # a busy machine is no fault: what is quadratic takes minutes


@pytest.mark.parametrize("client", CLIENTS)
def test_a_message_of_3_mb_is_not_opened(client: str, sample, comes) -> None:
    content = SHAPES[client](sample) + b"x" * 3_000_000
    incoming = comes(content)

    assert (incoming.verdict, incoming.needs_person, incoming.cycle_id) == (Verdict.TOO_BIG, True, None)
    assert (history(), incoming.content) == ([], None)
    assert comes(content) is None


def test_a_message_of_60_parts_is_not_opened(sample, comes) -> None:
    content = mail(
        sample, heads=(), parts=(*[text("x")] * 60, part("text/calendar", event(sample, prodid="-//x//EN")))
    )

    assert comes(content).verdict is Verdict.TOO_MANY_PARTS
    assert history() == []


def test_messages_within_messages_are_parts_too(comes) -> None:
    assert comes(b"Content-Type: message/rfc822\n\n" * 5000).verdict is Verdict.TOO_MANY_PARTS


@pytest.mark.parametrize("client", CLIENTS)
def test_a_calendar_cut_off_is_for_a_person(client: str, sample, comes) -> None:
    whole = SHAPES[client](sample)
    calendar = event(sample, prodid="-//x//EN")
    cut = mail(
        replace(sample, message_id="<cut@x.example>"),
        heads=(),
        parts=(part("text/calendar; method=REPLY", calendar[: calendar.index("END:VEVENT")]),),
    )

    assert comes(cut).verdict is Verdict.UNREADABLE
    assert history() == []
    assert comes(whole).verdict is Verdict.ANSWERED  # the sound one is still read


@pytest.mark.parametrize("client", CLIENTS)
def test_cut_anywhere_a_message_is_sorted_all_the_same(client: str, sample, comes) -> None:
    whole = SHAPES[client](sample)
    for at in range(0, len(whole), 97):
        incoming = comes(whole[:at].replace(b"<one@", b"<%d@" % at))
        assert incoming is None or incoming.verdict in Verdict


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
        "\x00" * 50,
        "BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT" * 0,
    ],
)
def test_a_calendar_that_is_none_is_for_a_person(content: str, app, comes) -> None:
    content = mail(Sample(), heads=(), parts=(part("text/calendar", content),))

    assert comes(content).verdict is Verdict.UNREADABLE


def test_what_cannot_be_a_column_is_no_fault(sample, comes) -> None:
    content = (
        gmail(sample)
        .replace(b"Ada Lovelace <ada", b"A\x00\xff\xed\xa0\x80 <a\x00da")
        .replace(b"Subject: ", b"Subject: \x00\xff")
    )
    odd = gmail(replace(sample, uid="\x00a\ud800".encode("utf-8", "replace").decode(), message_id="<\x00@x>"))

    assert comes(content).verdict is Verdict.OTHER_SENDER
    assert comes(odd).verdict is Verdict.UNKNOWN_UID


def test_a_fault_in_one_message_keeps_it_for_a_person(app, monkeypatch, tmp_path) -> None:
    from webinars.replies import actions
    from webinars.replies.chores import read_source
    from webinars.replies.sources.mailboxes import Maildir

    def fails(*_args, **_facts):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(actions.personal_mail, "receive", fails)
    for folder in ("new", "cur"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1").write_bytes(letter())

    harvest = read_source(Maildir(tmp_path), authserv_id="", now=LATER)

    assert dict(harvest.verdicts) == {Verdict.NOT_READ: 1}
    assert [one.needs_person for one in db.session.scalars(select(Incoming))] == [True]
    assert list((tmp_path / "new").iterdir()) == []


@given(st.binary(max_size=4000))
def test_what_is_read_of_any_bytes_can_be_kept(content: bytes) -> None:
    assert can_be_kept(mime.read(RawMessage.whole(content)))


@given(
    st.lists(
        st.sampled_from(
            [
                b"From: a@b.c\n",
                b"From: =?utf-8?q?=ff?= <a@b>\n",
                b"Content-Type: multipart/mixed; boundary=x\n",
                b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n",
                b"\n",
                b"--x\n",
                b"--x--\n",
                b"Content-Type: text/calendar; charset=\"utf-16\"; method*=utf-8''REPLY\n",
                b"Content-Type: message/delivery-status\n",
                b"Content-Type: message/rfc822\n",
                b"Content-Transfer-Encoding: base64\n",
                b"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:a\n",
                b"END:VEVENT\nEND:VCALENDAR\n",
                b"Final-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n",
                b"QUFB\n",
                b"\xff\xfe\x00\n",
                b"Subject: =?x?y?z?=\n",
                b"Message-ID: <>\n",
                b"Return-Path: <>\n",
                b"Content-Disposition: attachment; filename*0*=x\n",
            ]
        ),
        max_size=30,
    )
)
def test_what_is_read_of_lines_in_any_order_can_be_kept(lines: list[bytes]) -> None:
    arrival = mime.read(RawMessage.whole(b"".join(lines)))

    assert can_be_kept(arrival)
    assert all(is_answer(one) for calendar in arrival.calendars for one in calendar.answers)


def can_be_kept(arrival: ReceivedMessage) -> bool:
    """Whether what a row keeps of it fits the columns, on every engine."""
    identity = arrival.message_id or ""
    words = (identity, arrival.writer.sender, arrival.subject, arrival.text)
    return (
        len(arrival.digest) == 64
        and len(identity) <= 250
        and len(arrival.subject) <= 200
        and all(cut_text(value, len(value)) == value.strip() for value in words)
    )


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "METHOD:REPLY",
        "UID:a",
        " folded",
        "\tfolded",
        'ATTENDEE;CN="a:b;c,d";PARTSTAT=ACCEPTED:mailto:a@b.c',
        'ATTENDEE;CN="open:mailto:a@b',
        "DTSTAMP:20260302T101500Z",
        "DTSTAMP:99999999T999999Z",
        "DTSTART;TZID=Nowhere/Land:00010101T000000",
        "DTSTART;TZID=Asia/Tokyo:00010101T000000",
        "SEQUENCE:-1",
        "SEQUENCE:99999999999999999999",
        "COMMENT:\\",
        "ORGANIZER:MAILTO:%E9@xn--",
        "BEGIN:VALARM",
        "END:VALARM",
        'ATTENDEE;DELEGATED-TO="mailto:a@b","mailto:c@d":mailto:é@é.fr',
        "X;Y=^n^^^':z",
    ]
)


@given(st.lists(LINES | st.text(max_size=60), max_size=40))
def test_any_lines_are_a_calendar_or_unreadable(lines: list[str]) -> None:
    assert all(is_answer(one) for one in answers_in("\r\n".join(lines)))


@given(st.text(max_size=2000))
@settings(max_examples=50)
def test_any_text_is_a_calendar_or_unreadable(text: str) -> None:
    lines = ("UID:a%s", "COMMENT:%s", "ATTENDEE;PARTSTAT=%s", "END:VEVENT", "END:VCALENDAR")
    inside = "\n".join(("BEGIN:VCALENDAR", "METHOD:REPLY", "BEGIN:VEVENT", *lines)).replace("%s", text)

    assert all(is_answer(one) for one in (*answers_in(text), *answers_in(inside)))


def answers_in(text: str) -> tuple[CalendarAnswer, ...]:
    """What the text answers; nothing where it is no calendar."""
    try:
        return itip.read_answers(text)
    except itip.Unreadable:
        return ()


def is_answer(answer: CalendarAnswer) -> bool:
    """Whether it is about something, in words that can be kept."""
    return (
        bool(answer.uid)
        and len(answer.comment) <= itip.NOTE
        and answer.comment == cut_text(answer.comment, itip.NOTE)
    )


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: text/html\n\n" + b"<a " * 600_000,
        b"Content-Type: text/html\n\n" + b"<script>" * 200_000,
        b"From: " + b"a@b," * 400_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000,
        b"a:b\n" * 400_000,
        b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 400_000,
        b"Content-Type: text/calendar; charset=punycode\n\n" + b"a-b" * 400_000,
        b"Content-Type: text/calendar\n\n" + b"BEGIN:VEVENT\n" * 100_000,
        b'Content-Type: text/calendar\n\nA;B="' + b'"a","' * 300_000,
        b"\n" * 1_900_000,
        b"boundary= " * 190_000,
        os.urandom(1_900_000),
    ],
    ids=range(12),
)
def test_nothing_of_2_mb_takes_long(content: bytes) -> None:
    assert len(content) <= MOST_BYTES
    began = time.monotonic()
    mime.read(RawMessage.whole(content))

    assert time.monotonic() - began < SECONDS


def test_the_same_message_by_two_ways_is_one(sample, comes) -> None:
    content = gmail(sample)
    other = b"Received: from a by b\r\nDelivered-To: x@example.org\r\n" + content.replace(
        b"\r\n", b"\n"
    ).replace(b"<one@", b"<else@")

    assert comes(content) is not None
    assert comes(other) is None
    assert db.session.scalar(select(func.count(Incoming.id))) == 1


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("mailto:ada@bücher.example", "ADA@XN--BCHER-KVA.example", True),
        ("ada@BÜCHER.example", "ada@bu\u0308cher.example", True),
        ("ada@bücher\u3002example", "ada@bücher.example", True),
        ("ada@straße.example", "ada@xn--strae-oqa.example", True),
        ("ada@straße.example", "ada@strasse.example", False),  # two domains since IDNA 2008
        ("ada@xn--town-.example", "ada@town.example", False),
        ("ada@xn--" + "9ca" * 30 + ".example", "ada@" + "é" * 40 + ".example", False),  # longer than a label
        ("ada@xn--9999999999.example", "ada@xn--9999999998.example", False),
    ],
)
def test_domains_are_the_same_in_letters_and_in_punycode(one: str, other: str, are_the_same: bool) -> None:
    assert (itip.address_of(one) == itip.address_of(other)) is are_the_same


def test_letters_of_a_domain_that_grow_when_they_are_normalised_stay_as_they_are() -> None:
    assert len(itip.address_of("ada@" + "\ufdfa" * 100 + ".fr")) == 107


def test_copies_of_one_calendar_count_once_and_more_than_ten_calendars_are_for_a_person(
    sample, comes
) -> None:
    calendars = [
        part("text/calendar; method=REPLY", event(sample, prodid=f"-//{number}//EN")) for number in range(11)
    ]
    many = mail(replace(sample, message_id="<many@x.example>"), heads=(), parts=tuple(calendars))
    copies = mail(sample, heads=(), parts=(*calendars[:10], *calendars[:10]))

    first = comes(many)
    assert (first.verdict, first.needs_person, history()) == (Verdict.UNREADABLE, True, [])
    assert comes(copies).verdict is Verdict.ANSWERED


def test_five_hundred_attendees_of_a_letter_are_looked_at() -> None:
    calendars = tuple(
        part(
            "text/calendar",
            event(
                Sample(
                    uid=f"{number}@x.example",
                    attendees=tuple(f"ATTENDEE:mailto:a{one}@b.example" for one in range(190)),
                ),
                prodid=f"-//{number}//EN",
            ),
        )
        for number in range(4)
    )
    arrival = mime.read(RawMessage.whole(mail(Sample(), heads=(), parts=calendars)))

    assert [len(answer.attendees) for one in arrival.calendars for answer in one.answers] == [
        190,
        190,
        120,
        0,
    ]


def test_a_reply_to_of_thousands_is_compared_with_the_first(sample, comes) -> None:
    crowd = "Reply-To: " + "a@b," * 900
    events = [
        event(replace(sample, stamp=f"202603020{minute // 60}{minute % 60:02}00Z"), prodid="-//x//EN")
        for minute in range(10)
    ]
    content = mail(
        replace(sample, sender="somebody@else.example.net"),
        heads=(crowd,) * 10,
        parts=tuple(part("text/calendar; method=REPLY", one) for one in events),
    )

    assert len(mime.read(RawMessage.whole(content)).writer.reply_to) == 20
    assert comes(content).verdict is Verdict.OTHER_SENDER
