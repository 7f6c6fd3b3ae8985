"""libical by way of GObject: `/usr/bin/python3 libical.py FILE…` prints, as JSON, what it makes of each file.

For each file: what it complains of, and the instants at which each VEVENT begins and ends.
"""

import json
import sys
from pathlib import Path

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402 the version is chosen first

ANY = ICalGLib.ComponentKind.ANY_COMPONENT
VEVENT = ICalGLib.ComponentKind.VEVENT_COMPONENT
kept = []  # the bindings free what nobody holds, sometimes twice


def read(content):
    """What is wrong with a calendar, and when its VEVENTs begin and end."""
    try:
        calendar = ICalGLib.Component.new_from_string(content.decode())
    except TypeError:
        return {"complaints": ["cannot be read"], "instants": []}
    kept.append(calendar)
    complaints = ["the rules of its method are broken"] if not follows_its_method(calendar) else []
    complaints += errors(calendar)
    instants = [instant(vevent) for vevent in components(calendar, VEVENT)]
    return {"complaints": complaints, "instants": instants}


def follows_its_method(calendar):
    """Whether the properties are those of the calendar's METHOD; without one there is no rule to break."""
    has_method = calendar.get_method() not in (ICalGLib.PropertyMethod.NONE, ICalGLib.PropertyMethod.X)
    return calendar.check_restrictions() == 1 or not has_method


def errors(component):
    """The errors that libical wrote into the tree."""
    found = [line for line in component.as_ical_string().splitlines() if line.startswith("X-LIC-ERROR")]
    return [*found, *(["errors are counted"] if component.count_errors() else [])]


def components(component, kind):
    """The components of a kind directly inside."""
    child = component.get_first_component(kind)
    while child is not None:
        kept.append(child)
        yield child
        child = component.get_next_component(kind)


def instant(vevent):
    """The beginning and the end in seconds since 1970, by the file's own VTIMEZONE."""
    ends = []
    for time in (vevent.get_dtstart(), vevent.get_dtend()):
        zone = time.get_timezone()
        kept.extend((time, zone))
        ends.append(time.as_timet_with_zone(zone))
    return ends


print(json.dumps([read(Path(name).read_bytes()) for name in sys.argv[1:]]))
sys.stdout.flush()
