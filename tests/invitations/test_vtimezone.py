"""A VTIMEZONE says by rules what the zone's own data say, for every zone there is."""

import io
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from flask import Flask

from webinars.invitations.vtimezone import vtimezone, zone_info
from webinars.web.forms.zones import zone_choices

MINUTE = timedelta(minutes=1)
YEARS = (2028, 2029, 2040)
FIVE_YEARS = range(2026, 2031)
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


def zones_with_changes_to_come() -> list[str]:
    return [zone for zone in all_zones() if last_listed(zone).year >= FIVE_YEARS.start - 1]


def last_listed(zone: str) -> datetime:
    """The last change that a zone's file lists (RFC 8536, version 2 and later), before its rule takes over."""
    content = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
    isut, isstd, leap, times, types, chars = struct.unpack_from(">6L", content, 20)
    second = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isut
    count = struct.unpack_from(">6L", content, second + 20)[3]
    listed = struct.unpack_from(f">{count}q", content, second + 44)
    return datetime.fromtimestamp(max(listed, default=0), UTC)


def offered_zones() -> list[str]:
    """What an organiser may choose, of those with the same data the last."""
    files = resources.files("tzdata").joinpath("zoneinfo")
    names = sorted(choice.value for choice in zone_choices())
    return sorted({files.joinpath(*name.split("/")).read_bytes(): name for name in names}.values())


def read_again(zone: str, year: int) -> tzinfo:
    """The zone as an independent reader understands our VTIMEZONE of a year."""
    content = vtimezone(zone, range(year, year + 1))
    return _read(content.replace(f"TZID:{zone}\r\n".encode(), b"TZID:zone\r\n"))


def onsets(content: bytes, until: datetime) -> list[tuple[datetime, timedelta]]:
    """Each moment (UTC) from which a VTIMEZONE has another offset, with that offset, its rules followed by dateutil."""
    found = []
    for block in content.decode().split("BEGIN:")[2:]:
        lines = dict(line.partition(":")[::2] for line in block.splitlines())
        begin = datetime.fromisoformat(lines["DTSTART"])
        before, after = (offset_of(lines[name]) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        rule = rrulestr(lines["RRULE"], dtstart=begin) if "RRULE" in lines else [begin]
        found += [(at - before, after) for at in takewhile(lambda at: at < until, rule)]
    return sorted(found)


def offset_of(text: str) -> timedelta:
    length = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -length if text[0] == "-" else length


@cache
def _read(content: bytes) -> tzinfo:
    return tzical(io.StringIO(content.decode())).get("zone")


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


def moments(zone: ZoneInfo, years: Iterable[int]) -> Iterator[datetime]:
    """Wall times that exist once: quiet days, and the last and first minutes around each change."""
    for year in years:
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


@pytest.mark.parametrize("year", FIVE_YEARS)
def test_every_zone_offered_is_right_on_every_day_of_five_years(app: Flask, year: int) -> None:
    until = datetime.fromisoformat(f"{year + 1}-02-01")
    wrong = []
    for zone in offered_zones():
        moments, offsets = zip(*onsets(vtimezone(zone, range(year, year + 1)), until), strict=True)
        truth = zone_info(zone)
        for number in range(365):
            at = datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)
            written = offsets[bisect_right(moments, at.replace(tzinfo=None)) - 1]
            if written != at.astimezone(truth).utcoffset():
                wrong.append((zone, str(at)))

    assert wrong == []


@pytest.mark.parametrize("year", [*FIVE_YEARS, 2040])
def test_zones_with_changes_to_come_are_right_to_the_minute(year: int) -> None:
    wrong = [
        (zone, str(moment))
        for zone in zones_with_changes_to_come()
        for moment in moments(zone_info(zone), (year,))
        if moment.replace(tzinfo=read_again(zone, year)).utcoffset() != moment.utcoffset()
    ]

    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_every_zone_keeps_its_offsets_around_its_changes(year: int) -> None:
    wrong = [
        (zone, str(moment))
        for zone in all_zones()
        for moment in moments(zone_info(zone), (year,))
        if moment.replace(tzinfo=read_again(zone, year)).utcoffset() != moment.utcoffset()
    ]

    assert wrong == []


def test_a_zone_is_written_change_by_change_only_where_its_data_list_a_later_one() -> None:
    one_by_one = {zone for zone in all_zones() if b"DTSTART:1970" not in vtimezone(zone, range(2026, 2027))}

    assert one_by_one
    assert {zone for zone in one_by_one if last_listed(zone) < datetime(2025, 1, 1, tzinfo=UTC)} == set()


def test_changes_are_listed_without_rule_and_without_dates() -> None:
    lines = vtimezone("Africa/Casablanca", range(2026, 2027)).decode().splitlines()

    assert [line for line in lines if line.startswith(("RRULE", "RDATE"))] == []
    begins = [line.partition(":")[2] for line in lines if line.startswith("DTSTART")]
    assert begins[:5] == [
        "20250101T010000",  # the offset the span begins with
        "20250223T030000",
        "20250406T020000",
        "20260215T030000",
        "20260322T020000",
    ]


def test_a_night_over_the_year_s_end_and_a_feed_of_years_are_covered() -> None:
    one, three = (vtimezone("Asia/Gaza", range(2026, stop)) for stop in (2027, 2029))

    assert len(one) < len(three)
    assert b"DTSTART:2027" in one
    assert b"DTSTART:2029" in three


def test_no_zone_lists_dates_and_rules_begin_in_1970() -> None:
    lines = [line for zone in all_zones() for line in vtimezone(zone).decode().splitlines()]

    assert {line[: len("DTSTART:1970")] for line in lines if line.startswith("DTSTART")} == {"DTSTART:1970"}
    assert [line for line in lines if line.startswith("RDATE")] == []


@pytest.mark.parametrize(
    "zone", ["", "Europe", "Europe/Nowhere", "../zones", "/etc/passwd", "Europe/Paris\r\nX:y", "zone.tab"]
)
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        vtimezone(zone)
