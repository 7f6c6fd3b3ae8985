"""A reader of calendars that forgives nothing: every rule is checked on the bytes that would leave."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tests.wire.content import Component, Line, read_calendar

KNOWN = {
    "STATUS": {"CONFIRMED", "TENTATIVE", "CANCELLED"},
    "TRANSP": {"OPAQUE", "TRANSPARENT"},
    "CLASS": {"PUBLIC"},
    "X-MICROSOFT-CDO-BUSYSTATUS": {"BUSY", "FREE"},
    "CALSCALE": {"GREGORIAN"},
    "VERSION": {"2.0"},
    "METHOD": {"REQUEST", "CANCEL"},
    "ACTION": {"DISPLAY"},
}
KNOWN_PARAMETERS = {
    "PARTSTAT": {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"},
    "RSVP": {"TRUE", "FALSE"},
    "CUTYPE": {"INDIVIDUAL"},
    "ROLE": {"REQ-PARTICIPANT"},
    "VALUE": {"URI", "DURATION"},
}
TEXTS = {"SUMMARY", "DESCRIPTION", "COMMENT", "LOCATION", "NAME", "X-WR-CALNAME", "UID", "PRODID", "COLOR"}
ADDRESSES = {"ORGANIZER", "ATTENDEE"}
STAMPS = {"DTSTAMP", "CREATED", "LAST-MODIFIED"}
URIS = {"URL", "CONFERENCE"}
SHAPES = {
    **dict.fromkeys(STAMPS, r"\d{8}T\d{6}Z"),
    **dict.fromkeys(ADDRESSES, r"mailto:[!-~]+@[a-zA-Z0-9.-]+"),
    **dict.fromkeys(TEXTS, r"(?:[^\\;,]|\\[\\;,n])+"),
    **dict.fromkeys(URIS, r"https?://[!#-;=?-\[\]_a-z~]+"),
    "SEQUENCE": r"\d+",
    "TZOFFSETFROM": r"[+-]\d{4}",
    "TZOFFSETTO": r"[+-]\d{4}",
    "TRIGGER": r"-?P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?)?",
    "REFRESH-INTERVAL": r"PT\d+H",
    "RRULE": r"FREQ=YEARLY(?:;BY(?:DAY|MONTH|MONTHDAY|YEARDAY)=[-,A-Z0-9]+)+",
}
ONCE = {
    "VCALENDAR": {"VERSION", "PRODID", "CALSCALE"},
    "VEVENT": {
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "TRANSP",
        "CLASS",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    },
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
}
REPEATABLE = {"CONFERENCE"}


def defects(content: bytes) -> list[str]:
    """What is wrong with a calendar, in the order in which it is found; empty when nothing is."""
    found = list(_octet_defects(content))
    if found:
        return found
    try:
        calendar = read_calendar(content)
    except ValueError as error:
        return [str(error)]
    return [*_tree_defects(calendar), *_calendar_defects(calendar)]


def _octet_defects(content: bytes) -> Iterator[str]:
    if not content.endswith(b"\r\n"):
        yield "the last line does not end"
    for number, line in enumerate(content.removesuffix(b"\r\n").split(b"\r\n"), 1):
        if b"\r" in line or b"\n" in line:
            yield f"line {number}: a line break that is not CRLF"
        if len(line) > 75:
            yield f"line {number}: {len(line)} bytes"
        if not line.strip():
            yield f"line {number}: nothing on it"
        try:
            text = line.decode()
        except UnicodeDecodeError:
            yield f"line {number}: a character is cut or is not UTF-8"
        else:
            if re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
                yield f"line {number}: a control character"


def _tree_defects(component: Component) -> Iterator[str]:
    names = [line.name for line in component.lines]
    for name in sorted(ONCE.get(component.name, set()) - set(names)):
        yield f"{component.name} has no {name}"
    for name in sorted({name for name in names if names.count(name) > 1} - REPEATABLE):
        yield f"{component.name} has more than one {name}"
    for line in component.lines:
        yield from _line_defects(line)
    for child in component.children:
        yield from _tree_defects(child)


def _line_defects(line: Line) -> Iterator[str]:
    if not line.value:
        yield f"{line.name} is empty"
    elif not re.fullmatch(SHAPES.get(line.name, ".*"), line.value):
        yield f"{line.name} is written wrongly: {line.value}"
    if line.name in KNOWN and line.value not in KNOWN[line.name]:
        yield f"{line.name} is unknown: {line.value}"
    for name, value in line.parameters.items():
        if name in KNOWN_PARAMETERS and value not in KNOWN_PARAMETERS[name]:
            yield f"{name} is unknown: {value}"


def _calendar_defects(calendar: Component) -> Iterator[str]:
    method = calendar.value("METHOD")
    vevents = calendar.children_named("VEVENT")
    zones = {zone.value("TZID") for zone in calendar.children_named("VTIMEZONE")}
    if calendar.name != "VCALENDAR" or not (vevents or (zones and method is None)):
        yield "no calendar with a VEVENT"
    if len({vevent.value("UID") for vevent in vevents}) != len(vevents):
        yield "two VEVENTs have one UID"
    for zone in calendar.children_named("VTIMEZONE"):
        name = zone.value("TZID")
        yield from _zone_defects(zone, [one for one in vevents if one.parameter("DTSTART", "TZID") == name])
    for vevent in vevents:
        yield from _time_defects(vevent, zones)
        if (vevent.value("TRANSP") == "OPAQUE") != (vevent.value("X-MICROSOFT-CDO-BUSYSTATUS") == "BUSY"):
            yield "busy for Outlook and free for others, or the other way round"
        if vevent.value("STATUS") == "CANCELLED" and vevent.value("CONFERENCE") is not None:
            yield "a way into what is not held"
        yield from _feed_defects(vevent) if method is None else _mail_defects(vevent, method)
    if method is not None and len(vevents) > 1:
        yield "more than one VEVENT in a mail"
    if vevents and zones - {vevent.parameter("DTSTART", "TZID") for vevent in vevents}:
        yield "a VTIMEZONE that no VEVENT uses"


def _zone_defects(zone: Component, vevents: Iterable[Component]) -> Iterator[str]:
    if any(child.value("RDATE") is not None for child in zone.children):
        yield "RDATE in a VTIMEZONE"
    is_listed = len(zone.children) > 1 and not any(child.value("RRULE") for child in zone.children)
    yield from _list_defects(zone, vevents) if is_listed else _rule_defects(zone)


def _list_defects(zone: Component, vevents: Iterable[Component]) -> Iterator[str]:
    """One observance a change, each with its own beginning, the first long before the first session."""
    begins = [child.value("DTSTART") or "" for child in zone.children]
    if sorted(set(begins)) != begins:
        yield "the observances of a VTIMEZONE are out of order"
    starts = [vevent.value("DTSTART") or "" for vevent in vevents]
    if starts and begins[0][:4] >= min(starts)[:4]:
        yield "a VTIMEZONE that begins in the year of its session"
    for before, after in pairwise(zone.children):
        if before.value("TZOFFSETTO") != after.value("TZOFFSETFROM"):
            yield "the offsets of a VTIMEZONE do not meet"


def _rule_defects(zone: Component) -> Iterator[str]:
    observances = [child.name for child in zone.children]
    if observances not in (["STANDARD"], ["STANDARD", "DAYLIGHT"]):
        yield f"a VTIMEZONE of {observances}"
    for observance in zone.children:
        if len(observances) > 1 and observance.value("RRULE") is None:
            yield f"{observance.name} without RRULE"
        if not (observance.value("DTSTART") or "").startswith("1970"):
            yield f"{observance.name} does not begin in 1970"
    ends = [(child.value("TZOFFSETFROM"), child.value("TZOFFSETTO")) for child in zone.children]
    if any((after, before) != other for (before, after), other in pairwise(ends)):
        yield "the offsets of a VTIMEZONE do not meet"


def _time_defects(vevent: Component, zones: set[str | None]) -> Iterator[str]:
    times = []
    for name in ("DTSTART", "DTEND"):
        zone, value = vevent.parameter(name, "TZID"), vevent.value(name) or ""
        if zone is None:
            yield f"{name} without TZID"
        elif zone not in zones:
            yield f"{name} in a zone without VTIMEZONE"
        if not re.fullmatch(r"\d{8}T\d{6}", value):
            yield f"{name} is no local time: {value}"
        times.append(value)
    if times[1] <= times[0]:
        yield "DTEND is not after DTSTART"


def _mail_defects(vevent: Component, method: str) -> Iterator[str]:
    names = [line.name for line in vevent.lines]
    yield from (f"no {name}" for name in ("ORGANIZER", "ATTENDEE") if name not in names)
    missing = {"CUTYPE", "ROLE", "PARTSTAT", "RSVP"} - set(vevent.parameters("ATTENDEE"))
    yield from (f"ATTENDEE without {name}" for name in sorted(missing))
    if (method == "CANCEL") != (vevent.value("STATUS") == "CANCELLED"):
        yield f"{method} with STATUS:{vevent.value('STATUS')}"
    if len(vevent.children) > (0 if method == "CANCEL" else 1):
        yield f"{len(vevent.children)} alarms in {method}"
    if vevent.value("X-ALT-DESC") is not None or vevent.parameter("ORGANIZER", "SENT-BY") is not None:
        yield "what clients mistake"


def _feed_defects(vevent: Component) -> Iterator[str]:
    names = {line.name for line in vevent.lines}
    yield from (f"{name} in a feed" for name in sorted(names & ADDRESSES))
    if vevent.children:
        yield "an alarm in a feed"
    if (vevent.value("STATUS") == "CANCELLED") != (vevent.value("TRANSP") == "TRANSPARENT"):
        yield f"STATUS:{vevent.value('STATUS')} with TRANSP:{vevent.value('TRANSP')}"
