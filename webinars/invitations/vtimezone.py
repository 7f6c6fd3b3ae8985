"""VTIMEZONE components from the rule at the end of a zone's file, or change by change where it does not hold yet.

By specification/calendar, section 2.

The icalendar library writes lists of dates instead of rules: some clients ignore these and show
summer sessions one hour late.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
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
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OffsetChange:
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

    def _days(self, year: int) -> range:
        # those of the month among which the named weekday is looked for
        if self.week < 5:
            return range(7 * self.week - 6, 7 * self.week + 1)
        length = (date(year + self.month // 12, self.month % 12 + 1, 1) - _DAY).day
        return range(length - 6, length + 1)

    def onset(self, year: int) -> datetime:
        """The change of a year."""
        candidates = (datetime(year, self.month, day) for day in self._days(year))  # noqa: DTZ001 wall time
        day = next(at for at in candidates if at.isoweekday() % 7 == self.weekday)
        return day + self.time

    @property
    def recurrence(self) -> str:
        """The RRULE of the change; an hour outside its day moves the rule to the day it falls on."""
        shift = self.time // _DAY
        weekday = _WEEKDAYS[(self.weekday + shift) % 7]
        if shift == 0:
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={self.week if self.week < 5 else -1}{weekday}"
        days = [date(1970, self.month, 1) + (day - 1 + shift) * _DAY for day in self._days(1970)]
        if {day.month for day in days} == {self.month}:
            listed = ",".join(str(day.day) for day in days)
            return f"FREQ=YEARLY;BYMONTH={self.month};BYMONTHDAY={listed};BYDAY={weekday}"
        # counted from the end of the year, days after February keep their number in leap years
        listed = ",".join(str((day - date(1971, 1, 1)).days) for day in days)
        return f"FREQ=YEARLY;BYYEARDAY={listed};BYDAY={weekday}"


@dataclass(frozen=True, slots=True)
class Transition:
    """A moment from which a zone's clocks show another offset; the first of a span has the offset it begins with."""

    at: datetime  # UTC
    before: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """What the last line of a zone's file says of every year after those it lists."""

    name: str
    offset: timedelta
    summer_name: str = ""
    summer: timedelta | None = None  # None: the clocks never change
    starts: OffsetChange | None = None
    ends: OffsetChange | None = None

    @classmethod
    def of(cls, zone: str) -> Self:
        """The rule of an IANA zone; raises ValueError for one that does not exist."""
        rule = _zone_file(zone).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
        found = _RULE.fullmatch(rule)
        if found is None:
            raise ValueError(f"the rule of {zone} cannot be read: {rule!r}")
        name, west, summer_name, summer_west, start, end = found.groups()
        offset = -_read_time(west)
        if summer_name is None:
            return cls(name, offset)
        summer = -_read_time(summer_west) if summer_west else offset + timedelta(hours=1)
        return cls(name, offset, summer_name, summer, OffsetChange.read(start), OffsetChange.read(end))

    def transitions(self, years: range) -> list[Transition]:
        """What the rule says of these years (UTC), the offset they begin with first."""
        begin, end = _instants(years)
        found: list[Transition] = []
        if self.summer is not None and self.starts is not None and self.ends is not None:
            for year in range(years.start - 1, years.stop + 1):
                into, out = self.starts.onset(year), self.ends.onset(year)
                found.append(Transition(_in_utc(into, self.offset), self.offset, self.summer))
                found.append(Transition(_in_utc(out, self.summer), self.summer, self.offset))
        inside = sorted((one for one in found if begin <= one.at < end), key=lambda one: one.at)
        opening = inside[0].before if inside else self.offset
        return [Transition(begin, opening, opening), *inside]

    def observances(self) -> list[str]:
        """The lines of STANDARD, and of DAYLIGHT where the clocks change, for every year from 1970 on."""
        if self.summer is None or self.starts is None or self.ends is None:
            opening = datetime(1970, 1, 1)  # noqa: DTZ001 wall time
            return _observance("STANDARD", self.name, opening, self.offset, self.offset)
        into_summer = (self.summer_name, self.starts.onset(1970), self.offset, self.summer)
        out_of_summer = (self.name, self.ends.onset(1970), self.summer, self.offset)
        rules = (self.starts.recurrence, self.ends.recurrence)
        if self.summer < self.offset:  # Dublin calls its winter time the exception
            into_summer, out_of_summer, rules = out_of_summer, into_summer, rules[::-1]
        return [
            *_observance("STANDARD", *out_of_summer, recurrence=rules[1]),
            *_observance("DAYLIGHT", *into_summer, recurrence=rules[0]),
        ]


@lru_cache(maxsize=1024)
def vtimezone(zone: str, years: range | None = None) -> bytes:
    """The VTIMEZONE of an IANA zone, true in the years named (all that its present rule holds for, without any).

    It is written in rules where they hold from the year before to the year after, else one observance a change:
    the rule at the end of a zone's file begins after the last change the file lists, which may be years ahead.
    Raises ValueError for a zone that does not exist.
    """
    rule = Rule.of(zone)
    observances = rule.observances()
    if years is not None:
        around = range(years.start - 1, years.stop + 1)
        listed = list(_transitions(zone_info(zone), around))
        if listed != rule.transitions(around):
            observances = _listed_observances(zone_info(zone), listed)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}", *observances, "END:VTIMEZONE", ""]
    return "\r\n".join(lines).encode()


def _transitions(zone: ZoneInfo, years: range) -> Iterator[Transition]:
    """What the zone's data say of these years (UTC), the offset they begin with first."""
    begin, end = _instants(years)
    before = _offset_at(zone, begin)
    yield Transition(begin, before, before)
    at = begin
    while at < end:
        after = _offset_at(zone, at + _DAY)
        if after != before:
            yield Transition(_first_moment(zone, at, after), before, after)
        at, before = at + _DAY, after


def _first_moment(zone: ZoneInfo, at: datetime, after: timedelta) -> datetime:
    # within a day: the first second with the new offset
    low, high = 0, _DAY // _SECOND
    while low < high:
        middle = (low + high) // 2
        if _offset_at(zone, at + middle * _SECOND) == after:
            high = middle
        else:
            low = middle + 1
    return at + low * _SECOND


def _listed_observances(zone: ZoneInfo, listed: list[Transition]) -> list[str]:
    lines = []
    for one in listed:
        local = one.at.astimezone(zone)
        kind = "DAYLIGHT" if (local.dst() or timedelta(0)) > timedelta(0) else "STANDARD"
        wall = (one.at + one.before).replace(tzinfo=None)
        lines += _observance(kind, local.tzname() or "", wall, one.before, one.after)
    return lines


def _observance(
    kind: str, name: str, onset: datetime, before: timedelta, after: timedelta, *, recurrence: str = ""
) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        *([f"RRULE:{recurrence}"] if recurrence else []),
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
        f"TZNAME:{name.strip('<>')}",
        f"END:{kind}",
    ]


def _instants(years: range) -> tuple[datetime, datetime]:
    return datetime(years.start, 1, 1, tzinfo=UTC), datetime(years.stop, 1, 1, tzinfo=UTC)


def _in_utc(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)


def _offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


@cache
def zone_info(zone: str) -> ZoneInfo:
    """The zone from the file its VTIMEZONE is made of; the system's own may be of another year."""
    return ZoneInfo.from_file(BytesIO(_zone_file(zone)), key=zone)


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
