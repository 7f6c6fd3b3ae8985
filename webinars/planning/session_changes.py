"""What somebody changes of a session, whoever says so: a page, a program."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, TypedDict

from webinars.cycles.models import Contributor, Resource, Session
from webinars.cycles.states import Format


class SessionChanges(TypedDict, total=False):
    """The new values; what is not named stays. Day and hours without moments are what is known of them."""

    title: str
    subtitle: str
    abstract: str
    timezone: str
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None
    start_time: time | None
    end_time: time | None
    format: Format
    place: str
    join_url: str
    capacity: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    people: Sequence[Contributor]
    resources: Sequence[Resource]


_WALL = {"day", "start_time", "end_time"}
_HOURS = {"timezone", "starts_at", "ends_at"} | _WALL
_LISTS = {"people", "resources"}
# what is decided as one, as the form of two editors has it
_PARTS = {
    **dict.fromkeys(_HOURS, "hours"),
    **dict.fromkeys(("format", "place"), "where"),
    **dict.fromkeys(("opens_at", "closes_at"), "window"),
    "people": "contributors",
}


def parts_changed(session: Session, changes: SessionChanges) -> list[str]:
    """Which parts of the session are not yet as these changes say."""
    differing = (
        _PARTS.get(name, name)
        for name, value in changes.items()
        if name in _LISTS or getattr(session, name) != value
    )
    return list(dict.fromkeys(differing))


def write(session: Session, changes: SessionChanges, *, now: datetime) -> None:
    """Gives the session its new values, people and resources apart; raises EndsBeforeStart."""
    for name, value in changes.items():
        if name not in _HOURS | _LISTS:
            setattr(session, name, value)
    if not _HOURS.isdisjoint(changes):
        _write_hours(session, changes, now=now)


def _write_hours(session: Session, changes: SessionChanges, *, now: datetime) -> None:
    kept = _values(
        session, ("timezone",) if not _WALL.isdisjoint(changes) else ("timezone", "starts_at", "ends_at")
    )
    said: dict[str, Any] = {"starts_at": None, "ends_at": None, **kept, **changes}
    timezone, starts_at, ends_at = said["timezone"], said["starts_at"], said["ends_at"]
    if starts_at and ends_at:
        if (timezone, starts_at, ends_at) != (session.timezone, session.starts_at, session.ends_at):
            session.move(starts_at=starts_at, ends_at=ends_at, timezone=timezone, now=now)
        return
    for name in _WALL & changes.keys():
        setattr(session, name, said[name])
    session.timezone, session.starts_at, session.ends_at = timezone, None, None


def _values(session: Session, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(session, name) for name in names}
