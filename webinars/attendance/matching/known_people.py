"""Whom a line of a report may be about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody registered for the session, or who was until they withdrew."""

    key: str
    first_name: str
    last_name: str
    email: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who runs the session and is never counted."""

    name: str
    email: str = ""
