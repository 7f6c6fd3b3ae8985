"""The linter accepts every calendar of ours, and sees each known defect put into a good one."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.corpus import ADA, CANCELLED, ENDED, ENTRY, ORGANIZER, SESSION, at, corpus
from tests.wire.linter import defects
from webinars.invitations.calendar import cancel_calendar, request_calendar
from webinars.invitations.feed import download_calendar
from webinars.words.mail_addresses import Mailbox

COMMAS = Mailbox("Villes, Territoires : Occitanie", ORGANIZER.address)
REQUEST = request_calendar(SESSION, ENTRY, organizer=COMMAS, attendee=ADA, alarm_minutes=15)
CANCEL = cancel_calendar(SESSION, ENDED, organizer=COMMAS, attendee=ADA, cancelled_prefix=CANCELLED)
HAVANA = request_calendar(
    at(SESSION, "America/Havana", "2026-07-14", "10:00"), ENTRY, organizer=COMMAS, attendee=ADA
)
DOWNLOAD = download_calendar(SESSION, ENTRY, cancelled_prefix="")
VEVENT = REQUEST[REQUEST.index(b"BEGIN:VEVENT") : REQUEST.index(b"END:VCALENDAR")]
VTIMEZONE = REQUEST[REQUEST.index(b"BEGIN:VTIMEZONE") : REQUEST.index(b"BEGIN:VEVENT")]
ALARM = VEVENT[VEVENT.index(b"BEGIN:VALARM") : VEVENT.index(b"END:VEVENT")]
ATTENDEE = VEVENT[VEVENT.index(b"ATTENDEE;") : VEVENT.index(b"DTSTART;")]


def swap(old: bytes, new: bytes, good: bytes = REQUEST) -> bytes:
    """A good calendar with one thing changed."""
    assert old in good
    return good.replace(old, new, 1)


def doubled(part: bytes) -> bytes:
    """A good calendar with one part twice."""
    return swap(part, part + part)


def change_of_havana(number: int) -> bytes:
    """One observance of the zone whose changes are listed."""
    zone = HAVANA[HAVANA.index(b"BEGIN:VTIMEZONE") : HAVANA.index(b"END:VTIMEZONE")]
    parts = [part for part in re.split(rb"(?=BEGIN:)", zone) if part.startswith((b"BEGIN:S", b"BEGIN:D"))]
    return parts[number]


MUTATIONS: dict[str, Callable[[], bytes]] = {
    "bare line feed": lambda: swap(b"VERSION:2.0\r\n", b"VERSION:2.0\n"),
    "line feeds throughout": lambda: REQUEST.replace(b"\r\n", b"\n"),
    "bare carriage return": lambda: swap(b"SUMMARY:", b"SUMMARY:a\rb"),
    "no end of the last line": lambda: REQUEST.removesuffix(b"\r\n"),
    "long line": lambda: swap(b"SUMMARY:", b"SUMMARY:" + b"a" * 80),
    "fold inside a character": lambda: swap("é".encode(), b"\xc3\r\n \xa9"),
    "not UTF-8": lambda: swap("é".encode(), b"\xe9"),
    "byte order mark": lambda: b"\xef\xbb\xbf" + REQUEST,
    "control character": lambda: swap(b"SUMMARY:", b"SUMMARY:\x07"),
    "line separator": lambda: swap(b"SUMMARY:", "SUMMARY:\u2028".encode()),
    "blank line": lambda: swap(b"BEGIN:VEVENT", b"\r\nBEGIN:VEVENT"),
    "empty value": lambda: swap(b"TRANSP:OPAQUE", b"LOCATION:\r\nTRANSP:OPAQUE"),
    "no METHOD in mail": lambda: swap(b"METHOD:REQUEST\r\n", b""),
    "two METHODs": lambda: doubled(b"METHOD:REQUEST\r\n"),
    "unknown METHOD": lambda: swap(b"METHOD:REQUEST", b"METHOD:PUBLISH"),
    "no VERSION": lambda: swap(b"VERSION:2.0\r\n", b""),
    "no PRODID": lambda: swap(b"PRODID:-//webinars//calendar//EN\r\n", b""),
    "no UID": lambda: swap(b"UID:", b"X-UID:"),
    "two UIDs": lambda: swap(b"SEQUENCE:0", b"UID:b@example.org\r\nSEQUENCE:0"),
    "two VEVENTs": lambda: doubled(VEVENT).replace(b"UID:0", b"UID:1", 1),
    "no VEVENT": lambda: swap(VEVENT, b""),
    "address without mailto": lambda: swap(b"mailto:webinaires", b"webinaires"),
    "no ORGANIZER": lambda: swap(b"ORGANIZER;", b"X-ORGANIZER;"),
    "no ATTENDEE": lambda: swap(ATTENDEE, b""),
    "two ATTENDEEs": lambda: doubled(ATTENDEE),
    "local DTSTAMP": lambda: swap(b"DTSTAMP:20260302T090000Z", b"DTSTAMP:20260302T090000"),
    "no DTSTAMP": lambda: swap(b"DTSTAMP:20260302T090000Z\r\n", b""),
    "SEQUENCE in words": lambda: swap(b"SEQUENCE:0", b"SEQUENCE:one"),
    "no SEQUENCE": lambda: swap(b"SEQUENCE:0\r\n", b""),
    "unknown PARTSTAT": lambda: swap(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=PERHAPS"),
    "no PARTSTAT": lambda: swap(b"PARTSTAT=NEEDS-ACTION;", b""),
    "RSVP in words": lambda: swap(b"RSVP=\r\n TRUE", b"RSVP=YES"),
    "unknown STATUS": lambda: swap(b"STATUS:CONFIRMED", b"STATUS:PLANNED"),
    "REQUEST of what is cancelled": lambda: swap(b"STATUS:CONFIRMED", b"STATUS:CANCELLED"),
    "CANCEL of what is confirmed": lambda: swap(b"STATUS:CANCELLED", b"STATUS:CONFIRMED", CANCEL),
    "alarm in CANCEL": lambda: swap(b"END:VEVENT", ALARM + b"END:VEVENT", CANCEL),
    "a way in in CANCEL": lambda: swap(
        b"END:VEVENT", b"CONFERENCE;VALUE=URI:https://x.example/join\r\nEND:VEVENT", CANCEL
    ),
    "free for Outlook alone": lambda: swap(b"BUSYSTATUS:BUSY", b"BUSYSTATUS:FREE"),
    "two alarms": lambda: doubled(ALARM),
    "no VTIMEZONE": lambda: swap(VTIMEZONE, b""),
    "VTIMEZONE of another zone": lambda: swap(b"TZID:Europe/Paris", b"TZID:Europe/Rome"),
    "RDATE in VTIMEZONE": lambda: swap(b"TZNAME:CET", b"RDATE:19711025T030000\r\nTZNAME:CET"),
    "dates instead of a rule": lambda: swap(
        b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", b"RDATE:19710328T020000"
    ),
    "a change left out": lambda: swap(change_of_havana(1), b"", HAVANA),
    "a change out of order": lambda: swap(change_of_havana(0), change_of_havana(0) * 2, HAVANA),
    "changes that begin too late": lambda: swap(b"DTSTART:2024", b"DTSTART:2026", HAVANA),
    "a rule among changes": lambda: swap(
        b"BEGIN:STANDARD\r\n", b"BEGIN:STANDARD\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n", HAVANA
    ),
    "a date among changes": lambda: swap(b"TZNAME:CDT", b"RDATE:20270309T000000\r\nTZNAME:CDT", HAVANA),
    "no TZOFFSETFROM": lambda: swap(b"TZOFFSETFROM:+0200\r\n", b""),
    "offsets that do not meet": lambda: swap(b"TZOFFSETFROM:+0200", b"TZOFFSETFROM:+0300"),
    "name without quotes": lambda: swap(b'CN="Villes, Territoires : Occitanie"', b"CN=Villes, Territoires"),
    "name with a colon and no quotes": lambda: swap(b'CN="Villes, Territoires : Occitanie"', b"CN=a : b"),
    "caret in a name": lambda: swap(b'CN="Villes', b'CN="^nVilles'),
    "parameter twice": lambda: swap(b"CUTYPE=INDIVIDUAL;", b"CUTYPE=INDIVIDUAL;CUTYPE=ROOM;"),
    "no DTEND": lambda: swap(b"DTEND;TZID=Europe/Paris:20260701T113000\r\n", b""),
    "DTEND before DTSTART": lambda: swap(
        b"DTEND;TZID=Europe/Paris:20260701T11", b"DTEND;TZID=Europe/Paris:20260701T09"
    ),
    "DTSTART without a zone": lambda: swap(b"DTSTART;TZID=Europe/Paris:", b"DTSTART:"),
    "DTSTART with zone and Z": lambda: swap(b"Paris:20260701T100000", b"Paris:20260701T100000Z"),
    "comma without backslash": lambda: swap(b"\\, Qu", b", Qu"),
    "unknown escape": lambda: swap(b"SUMMARY:", b"SUMMARY:\\x"),
    "space in an address": lambda: swap(b"URL:https://", b"URL:https://a b"),
    "no end of the VEVENT": lambda: swap(b"END:VEVENT\r\n", b""),
    "ends crossed": lambda: swap(b"END:VALARM\r\nEND:VEVENT", b"END:VEVENT\r\nEND:VALARM"),
    "text after the end": lambda: REQUEST + b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "a second text for Outlook": lambda: swap(b"TRANSP:OPAQUE", b"TRANSP:OPAQUE\r\nX-ALT-DESC:x"),
    "ATTENDEE in a download": lambda: swap(b"DTSTART;", ATTENDEE + b"DTSTART;", DOWNLOAD),
    "alarm in a download": lambda: swap(b"END:VEVENT", ALARM + b"END:VEVENT", DOWNLOAD),
    "cancelled and opaque": lambda: swap(b"STATUS:CONFIRMED", b"STATUS:CANCELLED", DOWNLOAD),
}


def test_every_calendar_of_ours_is_without_defect() -> None:
    calendars = corpus()

    assert {name: defects(content) for name, content in calendars.items()} == {name: [] for name in calendars}


def test_the_calendars_that_are_broken_on_purpose_start_without_defect() -> None:
    assert [defects(good) for good in (REQUEST, CANCEL, DOWNLOAD)] == [[], [], []]


@pytest.mark.parametrize("broken", MUTATIONS.values(), ids=MUTATIONS)
def test_each_known_defect_is_seen(broken: Callable[[], bytes]) -> None:
    assert defects(broken()) != []


@pytest.mark.slow("another interpreter compiles everything without assertions")
def test_calendars_do_not_depend_on_assertions(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-O", "-m", "tests.wire.corpus", tmp_path], check=True)

    assert {path.read_bytes() for path in tmp_path.iterdir()} == set(corpus().values())
