"""Connections as the database keeps them: enough to compute presence again without the file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from webinars.attendance.reports.connections import Connection, Occasion
from webinars.cycles.models import Session

Kept = list[Any]


def kept(connections: Iterable[Connection]) -> list[Kept]:
    """Each connection as [joined, left, stated seconds]."""
    return [[text_of(one.joined_at), text_of(one.left_at), one.seconds] for one in connections]


def restored(rows: Iterable[Kept]) -> list[Connection]:
    """The connections that were kept, without the names they came with."""
    return [
        Connection(line=0, name="", joined_at=instant(joined), left_at=instant(left), seconds=seconds)
        for joined, left, seconds in rows
    ]


def occasion_of(session: Session) -> Occasion:
    """The window and zone presence at this session is measured in."""
    starts_at, ends_at = session.window()
    return Occasion(starts_at=starts_at, ends_at=ends_at, zone=session.zone)


def text_of(at: datetime | None) -> str | None:
    """The instant as it is kept."""
    return None if at is None else at.isoformat()


def instant(text: str | None) -> datetime | None:
    """The instant that was kept."""
    return None if text is None else datetime.fromisoformat(text)
