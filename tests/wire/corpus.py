"""Calendars of every kind the product makes, from the plainest to the most hostile.

`python -m tests.wire.corpus FOLDER` writes them as files; the same every time.
"""

import hashlib
import sys
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from webinars.invitations.calendar import (
    CalendarEntry,
    CalendarStatus,
    SessionFacts,
    cancel_calendar,
    request_calendar,
)
from webinars.invitations.feed import download_calendar, feed_calendar
from webinars.invitations.models import PartStat
from webinars.words.mail_addresses import Mailbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORGANIZER = Mailbox("Agir sur l’emploi", "webinaires@example.org")
ADA = Mailbox("Ada Lovelace", "ada@example.org")
CANCELLED = "ANNULÉ – "

SESSION = SessionFacts(
    summary="Agir sur l’emploi – Cités de l’emploi, Quèsaco ?",
    starts_at=datetime(2026, 7, 1, 8, 0, tzinfo=UTC),
    ends_at=datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
    zone="Europe/Paris",
    created_at=datetime(2026, 2, 1, 8, 0, tzinfo=UTC),
    modified_at=datetime(2026, 2, 20, 8, 0, tzinfo=UTC),
    url="https://webinaires.example.org/vto/emploi/cites",
)
ENTRY = CalendarEntry(
    uid="0123456789abcdef0123456789abcdef@webinaires.example.org",
    sequence=0,
    stamped_at=NOW,
    description=(
        "https://webinaires.example.org/join/k7Qv2\n\n"
        "Les « Cités de l’emploi » ; quels acteurs, quels résultats ?\n\n"
        "Contact : contact@vto.example.org"
    ),
    location="https://webinaires.example.org/join/k7Qv2",
    conference_url="https://webinaires.example.org/join/k7Qv2",
)
ENDED = replace(
    ENTRY,
    sequence=3,
    description="Grève : la séance est annulée.\nÀ bientôt !",
    comment="Grève : la séance est annulée.\nÀ bientôt !",
    location="",
    conference_url="",
)
ZONES = ("Europe/Paris", "Indian/Reunion", "America/Miquelon", "America/New_York")
CHANGES = {
    "Europe/Paris": ("2026-03-29", "2026-10-25", "2040-03-25", "2040-10-28"),
    "Indian/Reunion": ("2026-03-29", "2026-10-25", "2040-03-25", "2040-10-28"),
    "America/Miquelon": ("2026-03-08", "2026-11-01", "2040-03-11", "2040-11-04"),
    "America/New_York": ("2026-03-08", "2026-11-01", "2040-03-11", "2040-11-04"),
}
PLAIN_DAYS = ("2026-01-14", "2026-07-14", "2040-01-14", "2040-07-14")
HOSTILE = {
    "line breaks": "one\r\ntwo\nthree\rfour\x0bfive\x0csix\x1cseven\x1deight\x1enine\x85ten\u2028x\u2029y",
    "a property": "x\r\nATTENDEE:mailto:eve@example.org",
    "a component": "x\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "quotes": 'the "great" one" ;CN="x":mailto:eve@example.org',
    "carets": "a^nb^'c^^d",
    "separators": "a,b;c:d\\e\\n\\,",
    "another address": "<a@b.example>, other <c@d.example>",
    "controls": "a\x00b\x07c\x1bd\x7fe\x9ff\ta",
    "surrogates": "a\ud800b\udfffc",
    "emoji": "👩🏽‍💻🎉" * 30,
    "length": "é" * 5_000,
    "no blank": "a" * 5_000,
    "direction": "\u202eabc\u200f\u061c שלום",
    "encoded word": "=?utf-8?q?x?= =?utf-8?b?eA==?=",
    "blanks": " \t a  b \n\n ",
    "markup": "<b>&amp;</b> {{ 7*7 }} {0} %(x)s",
}


def corpus() -> dict[str, bytes]:
    """Every calendar by name: REQUEST, CANCEL, feeds, downloads, zones, hostile texts."""
    return {**_mails(), **_published(), **invitations(ZONES_IN_SUMMER), **_hostile()}


def local(zone: str, day: str, clock: str) -> datetime:
    """A wall time as an instant."""
    wall = datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(clock), ZoneInfo(zone))
    return wall.astimezone(UTC)


def at(session: SessionFacts, zone: str, day: str, clock: str) -> SessionFacts:
    """The session held at another time."""
    start = local(zone, day, clock)
    return replace(session, zone=zone, starts_at=start, ends_at=start + timedelta(minutes=20))


ZONES_IN_SUMMER = {f"request in {zone}": at(SESSION, zone, "2026-07-14", "10:00") for zone in ZONES}


def _mails() -> dict[str, bytes]:
    people = {"organizer": ORGANIZER, "attendee": ADA}
    option = replace(SESSION, status=CalendarStatus.TENTATIVE)
    bare = replace(ENTRY, description="", location="", conference_url="")
    return {
        "request": request_calendar(SESSION, ENTRY, **people),
        "request with alarm": request_calendar(SESSION, ENTRY, **people, alarm_minutes=90),
        "request answered": request_calendar(SESSION, ENTRY, **people, partstat=PartStat.ACCEPTED),
        "request of an option": request_calendar(option, ENTRY, **people),
        "request without texts": request_calendar(replace(SESSION, url=""), bare, **people),
        "request without names": request_calendar(
            SESSION, ENTRY, organizer=replace(ORGANIZER, name=""), attendee=replace(ADA, name="")
        ),
        "cancel": cancel_calendar(
            SESSION,
            ENDED,
            **people,
            cancelled_prefix=CANCELLED,
            partstat=PartStat.DECLINED,
        ),
    }


def _published() -> dict[str, bytes]:
    cancelled = replace(SESSION, status=CalendarStatus.CANCELLED)
    overseas = at(SESSION, "Indian/Reunion", "2026-09-01", "10:00")
    entries = [
        (session, replace(ENDED if session is cancelled else ENTRY, uid=f"{number}@webinaires.example.org"))
        for number, session in enumerate((SESSION, cancelled, overseas))
    ]
    feed = {"name": "Agir, sur l’emploi", "zone": "Europe/Paris", "color": "#673c83"}
    return {
        "feed": feed_calendar(entries, **feed, cancelled_prefix=CANCELLED),
        "empty feed": feed_calendar([], **feed, cancelled_prefix=CANCELLED),
        "download": download_calendar(SESSION, ENTRY, cancelled_prefix=CANCELLED),
        "download of a cancelled session": download_calendar(cancelled, ENDED, cancelled_prefix=CANCELLED),
    }


def timetable() -> dict[str, SessionFacts]:
    """The session held on quiet days and around each change of the clocks."""
    return {
        f"{zone.replace('/', '-')} {day} {clock.replace(':', '')}": at(SESSION, zone, day, clock)
        for zone in ZONES
        for day in (*PLAIN_DAYS, *CHANGES[zone])
        for clock in ("00:30", "03:30", "10:00", "23:30")
    }


def invitations(sessions: dict[str, SessionFacts]) -> dict[str, bytes]:
    """Ada's invitation to each session."""
    return {
        name: request_calendar(session, ENTRY, organizer=ORGANIZER, attendee=ADA)
        for name, session in sessions.items()
    }


def _hostile() -> dict[str, bytes]:
    calendars = {}
    for name, text in HOSTILE.items():
        session = replace(SESSION, summary=f"x{text}")
        entry = replace(ENTRY, description=text, comment=text, location=text)
        people = {"organizer": Mailbox(text, ORGANIZER.address), "attendee": Mailbox(text, ADA.address)}
        feed = {"name": f"x{text}", "zone": "Europe/Paris", "color": "#673c83"}
        calendars[f"request with {name}"] = request_calendar(session, entry, **people, alarm_minutes=15)
        calendars[f"cancel with {name}"] = cancel_calendar(
            session, replace(entry, conference_url=""), **people, cancelled_prefix=CANCELLED
        )
        calendars[f"feed with {name}"] = feed_calendar([(session, entry)], **feed, cancelled_prefix=CANCELLED)
    return calendars


def write(folder: Path, calendars: dict[str, bytes]) -> dict[str, Path]:
    """Writes each calendar into a file of its own; their names are digests."""
    paths = {name: folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.ics" for name in calendars}
    for name, path in paths.items():
        path.write_bytes(calendars[name])
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]), corpus())
