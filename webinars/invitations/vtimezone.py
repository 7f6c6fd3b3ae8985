"""VTIMEZONE components from the rule at the end of a zone's file.

The icalendar library writes lists of dates instead of rules: some clients ignore these and show
summer sessions one hour late.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Self
from zoneinfo import ZoneInfo

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_NAME = r"(<[^>]+>|[A-Za-z]+)"
_TIME = r"([+-]?[\d:]+)"
_RULE = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,([^,]+),([^,]+))?")
_CHANGE = re.compile(rf"M(\d+)\.(\d)\.(\d)(?:/{_TIME})?")
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """The yearly moment at which a zone changes its offset, in wall time before the change."""

    month: int
    week: int  # 5 is the last of the month
    weekday: int  # 0 is Sunday
    time: timedelta  # may be negative or exceed a day

    @classmethod
    def read(cls, rule: str) -> Self:
        """The change that a rule such as `M3.5.0/2` describes."""
        found = _CHANGE.fullmatch(rule)
        if found is None:
            raise ValueError(f"no yearly rule of weekdays: {rule!r}")
        month, week, weekday = (int(number) for number in found.groups()[:3])
        return cls(month, week, weekday, _read_time(found[4] or "2"))

    @property
    def days(self) -> range:
        """The days of the month among which the named weekday is looked for."""
        if self.week < 5:
            return range(7 * self.week - 6, 7 * self.week + 1)
        length = (date(1970, self.month % 12 + 1, 1) - _DAY).day
        return range(length - 6, length + 1)

    @property
    def first_onset(self) -> datetime:
        """The change of 1970."""
        candidates = (datetime(1970, self.month, day) for day in self.days)  # noqa: DTZ001 wall time
        day = next(at for at in candidates if at.isoweekday() % 7 == self.weekday)
        return day + self.time

    @property
    def recurrence(self) -> str:
        """The RRULE of the change; an hour outside its day moves the rule to the day it falls on."""
        shift = self.time // _DAY
        weekday = _WEEKDAYS[(self.weekday + shift) % 7]
        if shift == 0:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={self.week if self.week < 5 else -1}{weekday}"
        days = [date(1970, self.month, 1) + (day - 1 + shift) * _DAY for day in self.days]
        if {day.month for day in days} == {self.month}:
            listed = ",".join(str(day.day) for day in days)
            return f"FREQ=YEARLY;BYMONTH={self.month};BYMONTHDAY={listed};BYDAY={weekday}"
        # counted from the end of the year, days after February keep their number in leap years
        listed = ",".join(str((day - date(1971, 1, 1)).days) for day in days)
        return f"FREQ=YEARLY;BYYEARDAY={listed};BYDAY={weekday}"


@cache
def vtimezone(zone: str) -> bytes:
    """The VTIMEZONE of an IANA zone, true for every year its present rule holds."""
    rule = _zone_rule(zone)
    found = _RULE.fullmatch(rule)
    if found is None:
        raise ValueError(f"the rule of {zone} cannot be read: {rule!r}")
    name, west, summer_name, summer_west, summer_start, summer_end = found.groups()
    offset = -_read_time(west)
    if summer_name is None:
        observances = _observance("STANDARD", name, offset, offset, None)
    else:
        summer = -_read_time(summer_west) if summer_west else offset + timedelta(hours=1)
        into_summer = (summer_name, offset, summer, Change.read(summer_start))
        out_of_summer = (name, summer, offset, Change.read(summer_end))
        if summer < offset:  # Dublin calls its winter time the exception
            into_summer, out_of_summer = out_of_summer, into_summer
        observances = _observance("STANDARD", *out_of_summer) + _observance("DAYLIGHT", *into_summer)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}", *observances, "END:VTIMEZONE", ""]
    return "\r\n".join(lines).encode()


def _observance(
    kind: str, name: str, before: timedelta, after: timedelta, change: Change | None
) -> list[str]:
    onset = change.first_onset if change else datetime(1970, 1, 1)  # noqa: DTZ001 wall time
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        *([f"RRULE:{change.recurrence}"] if change else []),
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"TZNAME:{name.strip('<>')}",
        f"END:{kind}",
    ]


@cache
def zone_info(zone: str) -> ZoneInfo:
    """The zone from the file its VTIMEZONE is made of; the system's own may be of another year."""
    return ZoneInfo.from_file(BytesIO(_zone_file(zone)), key=zone)


def _zone_rule(zone: str) -> str:
    return _zone_file(zone).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def _zone_file(zone: str) -> bytes:
    path = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    if not _ZONE.fullmatch(zone) or not path.is_file():
        raise ValueError(f"unknown time zone: {zone!r}")
    return path.read_bytes()


def _read_time(text: str) -> timedelta:
    hours, minutes, seconds = (text.lstrip("+-") + ":0:0").split(":")[:3]
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -length if text.startswith("-") else length


def _offset(offset: timedelta) -> str:
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta(0) else '+'}{minutes // 60:02}{minutes % 60:02}"
