"""Independent readers accept every calendar of ours, and understand the same instants."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wire.corpus import ADA, ENTRY, ORGANIZER, SESSION, at, corpus, invitations, timetable, write
from tests.wire.reading import CALENDAR_READERS, CLOCKS, Reader
from webinars.invitations.calendar import request_calendar

pytestmark = pytest.mark.reader


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every calendar of the corpus in a file."""
    return write(tmp_path_factory.mktemp("calendars"), corpus())


@pytest.mark.parametrize("reader", CALENDAR_READERS.values(), ids=CALENDAR_READERS)
def test_a_reader_accepts_every_calendar(reader: Reader, files: dict[str, Path]) -> None:
    answers = dict(zip(files, reader.read(files.values()), strict=True))

    assert {name: answer["complaints"] for name, answer in answers.items()} == {name: [] for name in files}


@pytest.mark.parametrize("reader", CALENDAR_READERS.values(), ids=CALENDAR_READERS)
def test_a_reader_can_say_no(reader: Reader, tmp_path: Path) -> None:
    good = request_calendar(SESSION, ENTRY, organizer=ORGANIZER, attendee=ADA)
    broken = write(tmp_path, {"broken": good.replace(b"DTSTART;TZID=Europe/Paris:2026", b"DTSTART:soon")})

    assert reader.read(broken.values())[0]["complaints"] != []


@pytest.mark.parametrize("host_zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("reader", CLOCKS.values(), ids=CLOCKS)
def test_a_reader_finds_the_instants_of_every_zone(tmp_path: Path, reader: Reader, host_zone: str) -> None:
    sessions = timetable()
    files = write(tmp_path, invitations(sessions))

    answers = reader.read(files.values(), TZ=host_zone)

    assert {name: answer["instants"] for name, answer in zip(sessions, answers, strict=True)} == {
        name: [[session.starts_at.timestamp(), session.ends_at.timestamp()]]
        for name, session in sessions.items()
    }


@pytest.mark.parametrize("name", ["libical", "ical.js"])
def test_a_reader_follows_the_zone_in_the_file_and_not_its_own(tmp_path: Path, name: str) -> None:
    summer = at(SESSION, "Europe/Paris", "2026-07-14", "10:00")
    good = request_calendar(summer, ENTRY, organizer=ORGANIZER, attendee=ADA)
    shifted = write(tmp_path, {"shifted": good.replace(b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0700")})

    began = datetime.fromtimestamp(CLOCKS[name].read(shifted.values())[0]["instants"][0][0], UTC)

    assert began == datetime(2026, 7, 14, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone",
    [
        "Africa/Cairo",
        "America/Nuuk",
        "America/Santiago",
        "Europe/Dublin",
        "Asia/Gaza",
        "America/Havana",  # its rule begins after the change of November 2027
    ],
)
@pytest.mark.parametrize("name", ["libical", "ical.js"])
def test_a_reader_follows_the_odd_rules(tmp_path: Path, name: str, zone: str) -> None:
    days = [f"2027-{month:02}-{day:02}" for month in (3, 4, 9, 10, 11) for day in range(1, 31)]
    sessions = {day: at(SESSION, zone, day, "12:00") for day in days}

    answers = CLOCKS[name].read(write(tmp_path, invitations(sessions)).values())

    assert [answer["instants"][0][0] for answer in answers] == [
        session.starts_at.timestamp() for session in sessions.values()
    ]
