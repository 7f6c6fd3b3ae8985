"""Calendars to subscribe to and to download: stable bytes that name nobody."""

from dataclasses import replace

import pytest

from tests.wire.content import Component, read_calendar
from tests.wire.corpus import ADA, CANCELLED, ENTRY, ORGANIZER, SESSION
from tests.wire.linter import defects
from webinars.invitations.calendar import CalendarEntry, CalendarStatus, SessionFacts
from webinars.invitations.feed import color_name, download_calendar, feed_calendar


def feed(*entries: tuple[SessionFacts, CalendarEntry]) -> bytes:
    return feed_calendar(
        entries, name="Agir, ici", zone="Europe/Paris", color="#673c83", cancelled_prefix=CANCELLED
    )


def vevents(content: bytes) -> list[Component]:
    return read_calendar(content).children_named("VEVENT")


def test_a_feed_says_its_name_colour_and_rhythm() -> None:
    assert [(line.name, line.value) for line in read_calendar(feed((SESSION, ENTRY))).lines] == [
        ("VERSION", "2.0"),
        ("PRODID", "-//webinars//calendar//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("X-WR-CALNAME", "Agir\\, ici"),
        ("NAME", "Agir\\, ici"),
        ("X-WR-TIMEZONE", "Europe/Paris"),
        ("REFRESH-INTERVAL", "PT1H"),
        ("X-PUBLISHED-TTL", "PT1H"),
        ("COLOR", "rebeccapurple"),
    ]


def test_the_same_entries_give_the_same_bytes() -> None:
    assert feed((SESSION, ENTRY)) == feed((replace(SESSION), replace(ENTRY)))


def test_a_feed_names_nobody() -> None:
    content = feed((SESSION, ENTRY))

    assert [
        name for name in (ADA.address, ORGANIZER.address, "METHOD", "VALARM") if name.encode() in content
    ] == []


def test_a_cancelled_session_stays_and_takes_no_time() -> None:
    cancelled = vevents(feed((replace(SESSION, status=CalendarStatus.CANCELLED), ENTRY)))[0]

    assert cancelled.value("SUMMARY") == "ANNULÉ – Agir sur l’emploi – Cités de l’emploi\\, Quèsaco ?"
    assert (cancelled.value("STATUS"), cancelled.value("TRANSP")) == ("CANCELLED", "TRANSPARENT")


def test_each_zone_is_described_once() -> None:
    entries = [
        (replace(SESSION, zone=zone), replace(ENTRY, uid=f"{number}@example.org"))
        for number, zone in enumerate(("Indian/Reunion", "Europe/Paris", "Indian/Reunion"))
    ]

    zones = read_calendar(feed(*entries)).children_named("VTIMEZONE")
    assert [zone.value("TZID") for zone in zones] == ["Europe/Paris", "Indian/Reunion"]


def test_a_feed_without_sessions_is_a_calendar() -> None:
    assert defects(feed()) == []


def test_a_download_is_one_entry_without_a_calendar_of_its_own() -> None:
    calendar = read_calendar(download_calendar(SESSION, ENTRY, cancelled_prefix=CANCELLED))

    assert [line.name for line in calendar.lines] == ["VERSION", "PRODID", "CALSCALE"]
    assert [vevent.value("UID") for vevent in calendar.children_named("VEVENT")] == [ENTRY.uid]


@pytest.mark.parametrize(
    ("color", "name"), [("#673c83", "rebeccapurple"), ("#000080", "navy"), ("#dC143C", "crimson")]
)
def test_a_colour_becomes_the_nearest_name(color: str, name: str) -> None:
    assert color_name(color) == name


@pytest.mark.parametrize("color", ["", "red", "#12345", "#1234567", "#xyzxyz"])
def test_a_colour_written_otherwise_is_refused(color: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        color_name(color)
