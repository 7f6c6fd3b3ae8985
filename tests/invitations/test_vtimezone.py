"""A VTIMEZONE says by rules what the zone's own data say, for every zone there is."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from webinars.invitations.vtimezone import vtimezone, zone_info

MINUTE = timedelta(minutes=1)
YEARS = (2028, 2029, 2040)
INTERRUPTED = {"Asia/Gaza", "Asia/Hebron"}  # summer time pauses for Ramadan, by dates and not by a rule
PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
"""
REUNION = """\
BEGIN:VTIMEZONE
TZID:Indian/Reunion
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0400
TZOFFSETTO:+0400
TZNAME:+04
END:STANDARD
END:VTIMEZONE
"""


def all_zones() -> list[str]:
    """Every zone of the data we ship, of those with the same content the last."""
    files = resources.files("tzdata").joinpath("zoneinfo")
    names = resources.files("tzdata").joinpath("zones").read_text().split()
    return sorted({files.joinpath(*name.split("/")).read_bytes(): name for name in names}.values())


def read_again(zone: str) -> tzinfo:
    """The zone as an independent reader understands our VTIMEZONE."""
    return _read(vtimezone(zone).replace(f"TZID:{zone}\r\n".encode(), b"TZID:zone\r\n"))


@cache
def _read(octets: bytes) -> tzinfo:
    return tzical(io.StringIO(octets.decode())).get("zone")


def changes(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """The instants at which a zone changes its offset, with the offset before and after."""
    at = datetime(year, 1, 1, tzinfo=UTC)
    while at.year == year:
        before, after = (when.astimezone(zone).utcoffset() for when in (at, at + timedelta(days=1)))
        if before is not None and after is not None and before != after:
            yield first_minute(zone, at, after), before, after
        at += timedelta(days=1)


def first_minute(zone: ZoneInfo, at: datetime, after: timedelta) -> datetime:
    """The first minute of the new offset, in the day that begins at that instant."""
    minutes = (at + number * MINUTE for number in range(24 * 60 + 1))
    return next(minute for minute in minutes if minute.astimezone(zone).utcoffset() == after)


def moments(zone: ZoneInfo) -> Iterator[datetime]:
    """Wall times that exist once: quiet days, and the last and first minutes around each change."""
    for year in YEARS:
        for month in range(1, 13):
            yield datetime(year, month, 15, 12, tzinfo=zone)
        for change, before, after in changes(zone, year):
            twice = max(before - after, timedelta(0))
            yield (change - twice - MINUTE).astimezone(zone)
            yield (change + twice).astimezone(zone)


def test_paris_is_written_in_rules() -> None:
    assert vtimezone("Europe/Paris").decode() == PARIS.replace("\n", "\r\n")


def test_a_zone_without_summer_time_has_one_observance() -> None:
    assert vtimezone("Indian/Reunion").decode() == REUNION.replace("\n", "\r\n")


def test_every_zone_keeps_its_offsets() -> None:
    wrong = [
        (zone, str(moment))
        for zone in sorted({*all_zones()} - INTERRUPTED)
        for moment in moments(zone_info(zone))
        if moment.replace(tzinfo=read_again(zone)).utcoffset() != moment.utcoffset()
    ]

    assert wrong == []


def test_no_zone_lists_dates_and_every_one_begins_in_1970() -> None:
    lines = [line for zone in all_zones() for line in vtimezone(zone).decode().splitlines()]

    assert {line[: len("DTSTART:1970")] for line in lines if line.startswith("DTSTART")} == {"DTSTART:1970"}
    assert [line for line in lines if line.startswith("RDATE")] == []


@pytest.mark.parametrize(
    "zone", ["", "Europe", "Europe/Nowhere", "../zones", "/etc/passwd", "Europe/Paris\r\nX:y", "zone.tab"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        vtimezone(zone)
