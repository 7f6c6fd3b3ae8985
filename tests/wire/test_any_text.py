"""Whatever is typed, calendars stay without defect and texts arrive as they were cleaned."""

import email.policy
from dataclasses import replace
from email.parser import BytesParser

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.outbox.composition.sample import HEADING, HTML, TEXT
from tests.wire.content import read_calendar
from tests.wire.corpus import ADA, CANCELLED, ENTRY, ORGANIZER, SESSION
from tests.wire.linter import defects
from webinars.invitations.calendar import request_calendar
from webinars.invitations.feed import feed_calendar
from webinars.outbox.composition.message import plain_message
from webinars.words.mail_addresses import Mailbox
from webinars.words.text import wire_line, wire_text

# every character there is, those that mean something to calendars and headers more often
ANY_TEXT = st.text(
    st.one_of(st.characters(), st.characters(categories=["Cs", "Cc"]), st.sampled_from(' \\;,:"^\r\n=?_<>@é'))
)


def unescaped(value: str) -> str:
    """A value of type TEXT as its reader sees it."""
    pieces = value.split("\\\\")
    return "\\".join(piece.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";") for piece in pieces)


@settings(deadline=None)  # shared machines pause
@given(summary=ANY_TEXT, description=ANY_TEXT, place=ANY_TEXT, name=ANY_TEXT)
def test_a_request_carries_any_text(summary: str, description: str, place: str, name: str) -> None:
    content = request_calendar(
        replace(SESSION, summary=f"x{summary}"),
        replace(ENTRY, description=description, location=place),
        organizer=Mailbox(name, ORGANIZER.address),
        attendee=Mailbox(name, ADA.address),
        alarm_minutes=15,
    )

    vevent = read_calendar(content).children_named("VEVENT")[0]
    assert defects(content) == []
    assert unescaped(vevent.value("SUMMARY") or "") == wire_line(f"x{summary}")
    assert unescaped(vevent.value("DESCRIPTION") or "") == wire_text(description)
    assert unescaped(vevent.value("LOCATION") or "") == wire_line(place)
    assert vevent.parameters("ATTENDEE").get("CN", "") == Mailbox(name, ADA.address).name


@settings(deadline=None)  # shared machines pause
@given(name=ANY_TEXT)
def test_a_feed_carries_any_name(name: str) -> None:
    content = feed_calendar(
        [(SESSION, ENTRY)], name=f"x{name}", zone="Europe/Paris", color="#673c83", cancelled_prefix=CANCELLED
    )

    assert defects(content) == []
    assert unescaped(read_calendar(content).value("NAME") or "") == wire_line(f"x{name}")


@settings(deadline=None)  # shared machines pause
@given(text=ANY_TEXT.map(wire_text))
def test_a_text_arrives_as_it_is(text: str) -> None:
    content = plain_message(HEADING, text=f"{text}\n", html=f"{text}the end.\n").as_bytes()

    parts = BytesParser(policy=email.policy.default).parsebytes(content).iter_parts()
    texts = [part.get_payload(decode=True).decode() for part in parts]
    whole = text.strip().replace("\n", "\r\n")
    assert texts == [f"{whole}\r\n", f"{text}the end.".strip().replace("\n", "\r\n") + "\r\n"]
    assert max(len(line) for line in content.split(b"\r\n")) <= 76


@settings(deadline=None)  # shared machines pause
@given(subject=ANY_TEXT.map(wire_line), name=ANY_TEXT)
def test_a_message_carries_any_subject_and_name(subject: str, name: str) -> None:
    heading = replace(HEADING, subject=subject, recipient=Mailbox(name, ADA.address))

    content = plain_message(heading, text=TEXT, html=HTML).as_bytes()

    message = BytesParser(policy=email.policy.default).parsebytes(content)
    assert content.isascii()
    assert message["Subject"] == subject
    assert [address.addr_spec for address in message["To"].addresses] == [ADA.address]
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
