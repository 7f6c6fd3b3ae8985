"""Connections as the database keeps them: enough to compute presence again without the file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from webinars.attendance.reports.connections import Connection, Occasion
from webinars.cycles.models import Session

Kept = list[Any]


def kept(connections: Iterable[Connection]) -> list[Kept]:
    """Each connection as [joined, left, stated seconds]."""
    return [[_text(one.joined_at), _text(one.left_at), one.seconds] for one in connections]


def restored(rows: Iterable[Kept]) -> list[Connection]:
    """The connections that were kept, without the names they came with."""
    return [
        Connection(line=0, name="", joined_at=_instant(joined), left_at=_instant(left), seconds=seconds)
        for joined, left, seconds in rows
    ]


def occasion_of(session: Session) -> Occasion:
    """The window and zone presence at this session is measured in."""
    starts_at, ends_at = session.window()
    return Occasion(starts_at=starts_at, ends_at=ends_at, zone=session.zone)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
