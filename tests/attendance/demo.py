"""The invented webinars of the demonstration: their windows, their people, and what must come out of their reports."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config import ROOT
from webinars.attendance.matching.roster import KnownPerson, TeamMember
from webinars.attendance.reports.connections import Occasion
from webinars.demonstration import past_cycle

DATA = ROOT / "tests/data"
_EVENTS = past_cycle.events()

TEAM = [TeamMember(member["name"], member["email"]) for member in _EVENTS["team"]]


def content(name: str) -> bytes:
    """The bytes of a sample, which is of the demonstration or stands in `tests/data`."""
    sample = DATA / name
    return sample.read_bytes() if sample.exists() else past_cycle.content(name)


def occasion(webinar_id: str) -> Occasion:
    """The planned window of a sample webinar."""
    webinar = next(one for one in _EVENTS["webinars"] if one["id"] == webinar_id)
    zone = ZoneInfo(_EVENTS["timezone"])
    start, end = (
        datetime.fromisoformat(webinar[side]).replace(tzinfo=zone)
        for side in ("planned_start", "planned_end")
    )
    return Occasion(start, end, zone)


def people(webinar_id: str) -> list[KnownPerson]:
    """Who registered for a sample webinar, under the ids of registrations.csv."""
    return [
        KnownPerson(
            row["registration_id"],
            row["first_name"],
            row["last_name"],
            row["email"],
            is_active=row["status"] == "confirmed",
        )
        for row in past_cycle.read_people("registrations.csv")
        if row["webinar_id"] == webinar_id
    ]


def expected(webinar_id: str) -> dict[str, Any]:
    """What reading and matching a sample must give, without where it comes from."""
    reports = json.loads((DATA / "expected.json").read_text())["reports"]
    report = next(dict(one) for one in reports if one["webinar_id"] == webinar_id)
    nothing_else: dict[str, Any] = {"waiting_but_present": {}, "said_by_hand": {}, "decided_before": []}
    return {key: value for key, value in report.items() if key not in ("webinar_id", "file")} | nothing_else
