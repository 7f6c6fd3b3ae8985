"""What the calendar object of one attendee says, line by line."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests.wire.content import Component, read_calendar
from tests.wire.corpus import ADA, CANCELLED, ENDED, ENTRY, HOSTILE, NOW, ORGANIZER, SESSION
from tests.wire.linter import defects
from webinars.invitations.calendar import (
    CalendarEntry,
    CalendarStatus,
    SessionFacts,
    cancel_calendar,
    request_calendar,
)
from webinars.invitations.models import PartStat
from webinars.words.mail_addresses import Mailbox

REQUEST = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//webinars//calendar//EN
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Indian/Reunion
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0400
TZOFFSETTO:+0400
TZNAME:+04
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:0123456789abcdef0123456789abcdef@webinaires.example.org
SEQUENCE:2
DTSTAMP:20260302T090000Z
DESCRIPTION:https://x.example/join\\n\\nUn\\, deux \\; trois
COMMENT:Nouvelle date\\, nouvelle salle
LOCATION:https://x.example/join
CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://x.example/join
ORGANIZER;CN="Agir sur l’emploi":mailto:webinaires@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=
 TRUE;CN="Ada Lovelace":mailto:ada@example.org
DTSTART;TZID=Indian/Reunion:20260701T120000
DTEND;TZID=Indian/Reunion:20260701T133000
SUMMARY:Agir sur l’emploi – Cités de l’emploi\\, Quèsaco ?
URL:https://webinaires.example.org/vto/emploi/cites
STATUS:CONFIRMED
TRANSP:OPAQUE
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
CLASS:PUBLIC
CREATED:20260201T080000Z
LAST-MODIFIED:20260220T080000Z
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR
"""


def request(
    session: SessionFacts = SESSION, entry: CalendarEntry = ENTRY, attendee: Mailbox = ADA, **details: object
) -> bytes:
    return request_calendar(session, entry, organizer=ORGANIZER, attendee=attendee, **details)  # type: ignore[arg-type]


def cancel(session: SessionFacts = SESSION, entry: CalendarEntry = ENTRY) -> bytes:
    return cancel_calendar(
        session,
        entry,
        organizer=ORGANIZER,
        attendee=ADA,
        cancelled_prefix=CANCELLED,
        partstat=PartStat.ACCEPTED,
    )


def vevent(content: bytes) -> Component:
    return read_calendar(content).children_named("VEVENT")[0]


def test_a_request_reads_as_the_specification_has_it() -> None:
    link = "https://x.example/join"
    entry = replace(
        ENTRY,
        sequence=2,
        description=f"{link}\n\nUn, deux ; trois",
        comment="Nouvelle date, nouvelle salle",
        location=link,
        conference_url=link,
    )

    content = request(replace(SESSION, zone="Indian/Reunion"), entry)

    assert content.decode() == REQUEST.replace("\n", "\r\n")


def test_a_cancellation_keeps_times_and_attendee_and_has_no_alarm() -> None:
    invited, cancelled = (
        vevent(request(partstat=PartStat.ACCEPTED, alarm_minutes=15)),
        vevent(cancel(entry=replace(ENTRY, sequence=1))),
    )

    kept = ("UID", "DTSTART", "DTEND", "ORGANIZER")
    assert [cancelled.value(name) for name in kept] == [invited.value(name) for name in kept]
    assert cancelled.value("SUMMARY") == f"{CANCELLED}{invited.value('SUMMARY')}"
    assert cancelled.parameters("ATTENDEE") == invited.parameters("ATTENDEE")
    assert (cancelled.value("SEQUENCE"), cancelled.value("STATUS")) == ("1", "CANCELLED")
    assert cancelled.children == []


def test_an_answer_that_is_known_is_not_asked_for_again() -> None:
    parameters = vevent(request(partstat=PartStat.TENTATIVE)).parameters("ATTENDEE")

    assert (parameters["PARTSTAT"], parameters["RSVP"]) == ("TENTATIVE", "FALSE")


def test_a_date_that_is_an_option_is_tentative() -> None:
    assert vevent(request(replace(SESSION, status=CalendarStatus.TENTATIVE))).value("STATUS") == "TENTATIVE"


def test_an_alarm_rings_before_the_start() -> None:
    alarm = vevent(request(alarm_minutes=90)).children_named("VALARM")[0]

    assert [(line.name, line.value) for line in alarm.lines] == [
        ("ACTION", "DISPLAY"),
        ("DESCRIPTION", SESSION.summary.replace(",", "\\,")),
        ("TRIGGER", "-PT1H30M"),
    ]


def test_a_cancelled_session_invites_nobody() -> None:
    with pytest.raises(ValueError, match="invites nobody"):
        request(replace(SESSION, status=CalendarStatus.CANCELLED))


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 7, 1, 8, 0),  # noqa: DTZ001 refused
        datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 7, 1, 10, 0, tzinfo=ZoneInfo("Europe/Paris")),
    ],
)
def test_instants_that_are_not_in_utc_are_refused(start: datetime) -> None:
    with pytest.raises(ValueError, match="UTC"):
        replace(SESSION, starts_at=start)


def test_a_session_without_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        replace(SESSION, ends_at=SESSION.starts_at)


@pytest.mark.parametrize("details", [{"uid": ""}, {"uid": "\x00"}, {"sequence": -1}])
def test_an_entry_without_identity_is_refused(details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="UID and a sequence"):
        replace(ENTRY, **details)  # type: ignore[arg-type]


def test_a_session_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="summary"):
        replace(SESSION, summary=" \x00")


def test_facts_do_not_change_once_said() -> None:
    with pytest.raises(FrozenInstanceError):
        SESSION.summary = "x"  # type: ignore[misc]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_inside_its_property(text: str) -> None:
    content = request(
        replace(SESSION, summary=f"x{text}"),
        replace(ENTRY, description=text, location=text),
        attendee=Mailbox(text, ADA.address),
        alarm_minutes=15,
    )

    lines = [line.name for line in vevent(content).lines]
    assert defects(content) == []
    assert lines.count("ATTENDEE") == 1
    assert content.count(b"\r\nUID:") == 1


def test_the_life_of_one_entry() -> None:
    later = SESSION.starts_at + timedelta(days=7)
    moved = replace(SESSION, starts_at=later, ends_at=later + timedelta(hours=1))
    steps = [
        request(SESSION, ENTRY),
        request(replace(SESSION, summary="Agir – Autre titre"), replace(ENTRY, sequence=1)),
        request(moved, replace(ENTRY, sequence=2)),
        request(moved, replace(ENTRY, sequence=3, description="x"), partstat=PartStat.ACCEPTED),
        cancel(moved, replace(ENDED, sequence=4, stamped_at=NOW + timedelta(days=1))),
    ]

    vevents = [vevent(step) for step in steps]
    assert {entry.value("UID") for entry in vevents} == {ENTRY.uid}
    assert {entry.value("ORGANIZER") for entry in vevents} == {"mailto:webinaires@example.org"}
    assert [entry.value("SEQUENCE") for entry in vevents] == ["0", "1", "2", "3", "4"]
    assert [entry.value("STATUS") for entry in vevents] == ["CONFIRMED"] * 4 + ["CANCELLED"]
    assert [entry.parameter("ATTENDEE", "PARTSTAT") for entry in vevents] == ["NEEDS-ACTION"] * 3 + [
        "ACCEPTED"
    ] * 2
    assert [entry.parameter("ATTENDEE", "RSVP") for entry in vevents] == ["TRUE"] * 3 + ["FALSE"] * 2
    assert [defects(step) for step in steps] == [[]] * 5


def test_nobody_else_stands_in_the_calendar_of_one_attendee() -> None:
    people = [Mailbox(f"Person {number}", f"person{number}@example.org") for number in range(50)]
    calendars = [request(attendee=person).replace(b"\r\n ", b"") for person in people]

    found = [
        [person.address for person in people if f":{person.address}\r".encode() in content]
        for content in calendars
    ]
    assert found == [[person.address] for person in people]


def test_utc_is_a_zone_like_another() -> None:
    content = request(replace(SESSION, zone="Etc/UTC"))

    assert vevent(content).value("DTSTART") == f"{SESSION.starts_at.astimezone(UTC):%Y%m%dT%H%M%S}"
    assert defects(content) == []
